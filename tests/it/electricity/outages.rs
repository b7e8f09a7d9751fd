//! Outages through the whole hub: announced, changed, cancelled; found by whose points they are.

use anyhow::{Context, ensure};
use jiff::{SignedDuration, Timestamp};
use komunala_demo::Customer;
use komunala_grpc::proto::v1::{self, ListOutagesRequest};
use komunala_simulators::{
    Effect, ElectricitySimulator, Rule,
    electricity::{Outage, OutageState},
};
use komunala_tests::on_both_databases;
use tonic::Code;

use super::place::Hub;

async fn listed(customer: &Customer, parent: &str) -> anyhow::Result<Vec<v1::Outage>> {
    let request = ListOutagesRequest { parent: parent.to_owned(), page_size: 200, ..Default::default() };
    let answer = customer.notifications().list_outages(request).await?.into_inner();
    ensure!(answer.unreachable.is_empty(), "{:?}", answer.unreachable);
    Ok(answer.outages)
}

on_both_databases! {
    async fn a_changed_and_a_cancelled_outage_are_the_same_outage(database) {
        let simulator = ElectricitySimulator::builder().customers(40).start("127.0.0.1:0").await?;
        let payer = simulator.ordinary(1)[0];
        let hub = Hub::start(database, simulator).await?;
        let (customer, account) = hub.customer(payer).await?;
        let now = Timestamp::now();
        let hours = SignedDuration::from_hours;
        let first = Outage {
            id: "IZK-1".into(),
            revision: 1,
            changed: Timestamp::now(),
            start: now + hours(48),
            end: now + hours(50),
            reason: "Vzdrževalna dela".into(),
            state: OutageState::Announced,
            points: vec![payer.number(), "6-999999".into()],
        };
        let ours = async |parent: &str| -> anyhow::Result<Vec<v1::Outage>> {
            let all = listed(&customer, parent).await?;
            Ok(all.into_iter().filter(|outage| outage.reason.starts_with("Vzdrževalna dela") && outage.reason.len() < 30).collect())
        };
        hub.simulator.announce(first.clone());
        let point = account.supply_points[0].name.clone();
        let announced = ours(&point).await?;
        ensure!(announced.len() == 1 && announced[0].state() == v1::OutageState::Announced, "{announced:?}");
        ensure!(announced[0].point_numbers == [payer.number()], "{:?}", announced[0].point_numbers);
        ensure!(announced[0].as_of_time.is_some(), "no age");

        let changed = Outage { revision: 2, changed: Timestamp::now(), start: now + hours(72), end: now + hours(74), state: OutageState::Changed, ..first.clone() };
        hub.simulator.announce(changed.clone());
        let found = ours(&account.name).await?;
        ensure!(found.len() == 1 && found[0].state() == v1::OutageState::Changed && found[0].revision == 2, "{found:?}");
        ensure!(found[0].name == announced[0].name, "it is another outage");
        ensure!(found[0].start_time.map(|start| start.seconds) == Some((now + hours(72)).as_second()), "{found:?}");

        hub.simulator.announce(Outage { revision: 3, changed: Timestamp::now(), state: OutageState::Cancelled, ..changed });
        let found = ours("providers/-/accounts/-").await?;
        ensure!(found.len() == 1 && found[0].state() == v1::OutageState::Cancelled && found[0].revision == 3, "{found:?}");

        // what is known is answered while the billing system is down
        hub.simulator.switches.add(Rule::new("/izklopi", Effect::status(503)));
        ensure!(ours(&point).await?.len() == 1, "the copy is not answered");
        hub.stop().await;
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_utility_whose_network_announces_no_outages_has_none_until_its_operator_does() -> anyhow::Result<()> {
    let simulator = ElectricitySimulator::builder().customers(40).start("127.0.0.1:0").await?;
    let payer = simulator.ordinary(1)[0];
    let hub = Hub::start(komunala_tests::Database::Sqlite, simulator).await?;
    let (customer, _) = hub.customer(payer).await?;
    let accounts = customer.accounts().list_accounts(v1::ListAccountsRequest::default()).await?.into_inner().accounts;
    let gas = accounts.iter().find(|account| account.provider == "gas-ruma").context("no gas account")?;
    ensure!(listed(&customer, &gas.name).await?.is_empty(), "there is one");
    ensure!(listed(&customer, &gas.supply_points[0].name).await?.is_empty(), "there is one");
    listed(&customer, "providers/-/accounts/-").await?;
    let foreign = format!("{}/points/pt_{:032x}", gas.name.replace("gas-ruma", "elektro-gorenjska"), 7);
    let refused = listed(&customer, &foreign).await.unwrap_err();
    let status = refused.downcast_ref::<tonic::Status>().context("no status")?;
    ensure!(status.code() == Code::NotFound, "{status}");
    hub.stop().await;
    Ok(())
}
