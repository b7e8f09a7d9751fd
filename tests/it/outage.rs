//! When a billing system is down, its customers still see their bills, and others notice nothing.

use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use komunala_demo::Newcomer;
use komunala_grpc::proto::v1::{GetBalanceRequest, ListAccountsRequest, ListInvoicesRequest};
use komunala_simulators::{Effect, Rule};
use komunala_tests::{TestWorld, on_both_databases};
use tonic::Code;
use tonic_types::StatusExt;

/// Every read asks the billing system, so that an outage is felt at once.
const ALWAYS_ASK: &str = "[copies]\nfresh_for = \"1ms\"\nwait = \"1s\"";

fn all() -> ListInvoicesRequest {
    ListInvoicesRequest { parent: "providers/-/accounts/-".into(), page_size: 200, ..Default::default() }
}

on_both_databases! {
    async fn a_copy_is_answered_with_its_age_while_the_billing_system_is_down(database) {
        let world = TestWorld::configured(database, ALWAYS_ASK).await?;
        let (customer, _) = Newcomer::at(&world.region, 0)?.settle(world.api, &world.region).await?;
        let before = customer.invoices().list_invoices(all()).await?.into_inner();
        let as_of = before.invoices[0].as_of_time.context("no age")?;

        world.region.gas().switches.add(Rule::new("/v1", Effect::status(503)));
        let during = customer.invoices().list_invoices(all()).await?.into_inner();
        ensure!(during.invoices.len() == 24 && during.unreachable.is_empty(), "the copy is not answered");
        ensure!(during.invoices[0].as_of_time == Some(as_of), "the copy hides its age");

        world.region.gas().switches.clear();
        tokio::time::sleep(Duration::from_secs(6)).await;
        let after = customer.invoices().list_invoices(all()).await?.into_inner();
        let later = after.invoices[0].as_of_time.context("no age")?;
        ensure!((later.seconds, later.nanos) > (as_of.seconds, as_of.nanos), "the copy stays old after the outage");
        world.stop().await;
        Ok(())
    }

    async fn a_provider_that_was_never_asked_and_is_slow_is_named_in_time(database) {
        let world = TestWorld::configured(database, ALWAYS_ASK).await?;
        let (customer, _) = Newcomer::at(&world.region, 1)?.settle(world.api, &world.region).await?;
        world.region.gas().switches.add(Rule::new("/v1", Effect::Latency { ms: 8_000 }));
        let started = Instant::now();
        let listed = customer.invoices().list_invoices(all()).await?.into_inner();
        ensure!(started.elapsed() < Duration::from_secs(3), "it took {:?}", started.elapsed());
        ensure!(listed.unreachable == ["providers/gas-ruma"], "unreachable: {:?}", listed.unreachable);

        let accounts = customer.accounts().list_accounts(ListAccountsRequest::default()).await?.into_inner();
        let name = accounts.accounts.first().context("the account is gone")?.name.clone();
        let refused = customer.invoices().get_balance(GetBalanceRequest { name }).await.unwrap_err();
        ensure!(refused.code() == Code::Unavailable, "{refused}");
        let reason = refused.get_details_error_info().context("no reason")?.reason;
        ensure!(reason == "PROVIDER_UNAVAILABLE", "{reason}");
        world.stop().await;
        Ok(())
    }
}
