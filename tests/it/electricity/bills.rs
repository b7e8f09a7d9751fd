//! Bills that are listed point by point, since there is no feed.

use std::collections::BTreeMap;

use anyhow::ensure;
use komunala_demo::Customer;
use komunala_grpc::proto::v1::ListInvoicesRequest;
use komunala_simulators::{ElectricitySimulator, Month, Paging};
use komunala_tests::on_both_databases;

use super::place::Hub;

/// The names of an account's bills by their numbers.
async fn listed(customer: &Customer, parent: &str) -> anyhow::Result<BTreeMap<String, String>> {
    let request = ListInvoicesRequest { parent: parent.to_owned(), page_size: 200, ..Default::default() };
    let listed = customer.invoices().list_invoices(request).await?.into_inner().invoices;
    let count = listed.len();
    let by_number: BTreeMap<_, _> = listed.into_iter().map(|bill| (bill.number, bill.name)).collect();
    ensure!(by_number.len() == count, "a bill is listed twice");
    Ok(by_number)
}

on_both_databases! {
    async fn a_late_bill_joins_the_others_and_one_that_comes_twice_stays_one(database) {
        let now = "2024-08-15T12:00:00+02:00".parse()?;
        let simulator = ElectricitySimulator::builder().customers(40).now(now).start("127.0.0.1:0").await?;
        let payer = simulator.ordinary(1)[0];
        let switches = simulator.switches.clone();
        switches.change(|switches| switches.open_from = Some(Month::new(2024, 7)));
        let hub = Hub::start(database, simulator).await?;
        let (customer, account) = hub.customer(payer).await?;
        let before = listed(&customer, &account.name).await?;
        ensure!(!before.is_empty(), "no bills");

        switches.change(|switches| switches.open_from = None);
        let with_late = listed(&customer, &account.name).await?;
        ensure!(with_late.len() == before.len() + 1, "{} bills after {}", with_late.len(), before.len());
        ensure!(before.iter().all(|(number, name)| with_late.get(number) == Some(name)), "a bill got another name");
        for paging in [Paging::DuplicateItems, Paging::LateItems, Paging::DuplicatePages, Paging::LatePages] {
            switches.change(|switches| switches.paging = paging);
            ensure!(listed(&customer, &account.name).await? == with_late, "{paging:?} makes a difference");
        }
        hub.stop().await;
        Ok(())
    }
}
