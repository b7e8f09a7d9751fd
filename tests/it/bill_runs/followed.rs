//! A run, and a feed that takes its time.

use std::{sync::Arc, time::Duration};

use anyhow::{Context, ensure};
use jiff::SignedDuration;
use komunala_demo::Region;
use komunala_grpc::client::OperatorClient;
use komunala_server::Configuration;
use komunala_simulators::{Effect, Rule};
use komunala_tests::{Database, TurnedClock, worlds};

use super::town::{QUICK, complete, subscribe};

#[tokio::test(flavor = "multi_thread")]
async fn a_run_waits_for_a_feed_that_comes_on_longer_than_for_one_that_stands_still() -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let mut quick: toml::Table = QUICK.parse()?;
    // the run hastens it
    quick["feed"].as_table_mut().context("no table")?.insert("every".to_owned(), "10s".into());
    let settings = worlds::settings(&dir, Database::Sqlite.create().await?, quick);
    let region = Region::start(&settings).await?;
    let configuration = Configuration::read(&region.configure(&settings)?)?;
    let clock = Arc::new(TurnedClock::default());
    let hub = komunala_server::start_at(configuration, clock.clone()).await?;
    let (bills, period) = subscribe(&region, hub.api, 2).await?;
    let token = std::fs::read_to_string(settings.dir.join("operator.token"))?;
    let address = hub.operator.context("no operators")?.to_string();
    let mut operator = OperatorClient::connect(&address, token.trim_end(), None).await?;

    // one page of accounts, then one of bills
    region.gas().switches.add(Rule::new("/v1/changes", Effect::Latency { ms: 10_000 }));
    let request_id = uuid::Uuid::new_v4().to_string();
    let run = operator.start_bill_run("gas-ruma", &period, &request_id).await?;
    tokio::time::sleep(Duration::from_secs(4)).await;
    clock.turn_to(SignedDuration::from_mins(6));
    // the accounts are through by then, the bills are not
    tokio::time::sleep(Duration::from_secs(12)).await;
    clock.turn_to(SignedDuration::from_mins(12));
    tokio::time::sleep(Duration::from_secs(2)).await;
    let waiting = operator.bill_run(&run.name).await?;
    ensure!(waiting.totals.is_some_and(|totals| totals.invoices == 0), "it did not wait: {waiting:?}");
    let totals = complete(&mut operator, &run.name).await?;
    ensure!(usize::try_from(totals.accepted)? == bills.len(), "{totals:?}");
    hub.stop().await;
    Ok(())
}
