//! What changed in a billing system comes to the hub by itself.

use std::time::{Duration, Instant};

use anyhow::ensure;
use komunala_demo::{Customer, Newcomer};
use komunala_grpc::proto::v1::{ListInvoicesRequest, ListInvoicesResponse};
use komunala_simulators::{Effect, Paging, Rule};
use komunala_tests::{TestWorld, on_both_databases};

async fn list(customer: &Customer) -> anyhow::Result<ListInvoicesResponse> {
    let parent = "providers/-/accounts/-".into();
    let request = ListInvoicesRequest { parent, page_size: 200, ..Default::default() };
    Ok(customer.invoices().list_invoices(request).await?.into_inner())
}

on_both_databases! {
    async fn bills_come_by_the_feed_though_nobody_can_be_asked_and_late_or_twice_changes_nothing(database) {
        let configuration = "[feed]\nevery = \"500ms\"\npage = 90\n[copies]\nwait = \"200ms\"";
        let world = TestWorld::configured(database, configuration).await?;
        let switches = &world.region.gas().switches;
        switches.change(|settings| settings.outdated_versions = true);
        switches.change(|settings| settings.paging = Paging::LateItems);
        // the feed is held back until somebody is linked, and asking fails from then on
        switches.add(Rule::new("/v1/changes", Effect::status(503)));
        let (customer, _) = Newcomer::at(&world.region, 0)?.settle(world.api, &world.region).await?;
        switches.change(|settings| settings.rules.clear());
        for asked in ["/v1/accounts", "/v1/invoices"] {
            switches.add(Rule::new(asked, Effect::status(503)));
        }

        let started = Instant::now();
        let fed = loop {
            let listed = list(&customer).await?;
            if listed.invoices.len() >= 3 {
                break listed;
            }
            ensure!(started.elapsed() < Duration::from_secs(60), "the feed brought {} bills", listed.invoices.len());
            tokio::time::sleep(Duration::from_millis(200)).await;
        };
        ensure!(fed.unreachable == ["providers/gas-ruma"], "a copy that is not whole must say so");

        // asked at last, the billing system says the same of every bill that the feed brought
        switches.change(|settings| settings.rules.clear());
        let started = Instant::now();
        let asked = loop {
            let listed = list(&customer).await?;
            if listed.unreachable.is_empty() && listed.invoices.len() == 24 {
                break listed;
            }
            ensure!(started.elapsed() < Duration::from_secs(30), "the breaker stays open");
            tokio::time::sleep(Duration::from_millis(300)).await;
        };
        for bill in &fed.invoices {
            let again = asked.invoices.iter().find(|again| again.name == bill.name);
            let again = again.ok_or_else(|| anyhow::anyhow!("{} is gone", bill.name))?;
            ensure!(again.total == bill.total && again.lines == bill.lines, "{} is another bill", bill.name);
        }
        world.stop().await;
        Ok(())
    }
}
