//! Two legal entities behind one cabinet: each has its bills, its card and its balance.

use std::collections::BTreeSet;

use anyhow::{Context, ensure};
use komunala_demo::{Chernihivgaz, Newcomer, PaperBill};
use komunala_grpc::proto::v1::{GetBalanceRequest, ListAccountsRequest, ListInvoicesRequest, Relief};
use komunala_tests::{TestWorld, on_both_databases};

on_both_databases! {
    async fn what_the_state_takes_over_stands_on_the_bill_and_beside_the_balance(database) {
        let world = TestWorld::of(database, &["chernihivgaz"], "").await?;
        let provider = world.region.provider::<Chernihivgaz>()?;
        let relieved = provider.billing.ordinary(200).into_iter().find(|customer| {
            customer.is_privileged() && customer.is_subsidised()
        });
        let relieved = relieved.context("nobody has both")?;
        let bill = PaperBill { customer_number: relieved.number(), pin: relieved.pin() };
        let (customer, _) = Newcomer::with(provider, bill, "olena").settle(world.api, &world.region).await?;
        let listed = customer.accounts().list_accounts(ListAccountsRequest::default()).await?.into_inner();
        let name = listed.accounts.first().context("no account")?.name.clone();

        // nobody has asked for bills yet: the balance brings what it needs
        let balances = customer.invoices().get_balance(GetBalanceRequest { name: name.clone() }).await?.into_inner();
        let issuers: Vec<_> = balances.balances.iter().map(|balance| balance.issuer.as_str()).collect();
        ensure!(issuers == ["NETWORK", "SUPPLIER"], "{issuers:?}");

        let request = ListInvoicesRequest { parent: name, page_size: 200, ..Default::default() };
        let invoices = customer.invoices().list_invoices(request).await?.into_inner().invoices;
        let currencies: BTreeSet<_> =
            invoices.iter().filter_map(|invoice| Some(invoice.total.as_ref()?.currency_code.as_str())).collect();
        ensure!(currencies == BTreeSet::from(["UAH"]), "{currencies:?}");
        for balance in &balances.balances {
            let latest = invoices.iter().find(|invoice| invoice.issuer == balance.issuer).context("no bill")?;
            let on_the_bill = |kind: &str| -> Vec<Relief> {
                let subtotals = latest.subtotals.iter().filter(|subtotal| subtotal.kind == kind);
                subtotals.map(|one| Relief { amount: one.amount.clone(), period: latest.period.clone() }).collect()
            };
            ensure!(balance.privileges == on_the_bill("PRIVILEGE"), "{balance:?}");
            ensure!(balance.subsidies == on_the_bill("SUBSIDY"), "{balance:?}");
            ensure!(!balance.subsidies.is_empty(), "no subsidy of {}", balance.issuer);
        }
        ensure!(balances.balances[0].privileges.is_empty() && !balances.balances[1].privileges.is_empty());
        world.stop().await;
        Ok(())
    }
}
