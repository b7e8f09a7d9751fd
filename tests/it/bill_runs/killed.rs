//! `kill -9` in the middle of a run: nothing is lost, and nothing comes twice.

use std::time::Duration;

use anyhow::{Context, ensure};
use futures::StreamExt;
use komunala_demo::Region;
use komunala_grpc::{client::OperatorClient, proto::operator::v1::BillRunState};
use komunala_tests::{Database, HubProcess, on_both_databases, worlds};

use super::town::{QUICK, complete, mails_with_bills, subscribe};

const HUB: &str = env!("CARGO_BIN_EXE_hub");
/// How many people have their bills by mail.
const READERS: usize = 2;

async fn killed_at(database: Database, point: &str) -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let settings = worlds::settings(&dir, database.create().await?, QUICK.parse()?);
    let region = Region::start(&settings).await?;
    let configuration = region.configure(&settings)?;
    let log = dir.path().join("hub.log");
    let mut hub = HubProcess::start(HUB, &configuration, &format!("{point}=pause"), &log).await?;
    let (bills, period) = subscribe(&region, hub.api, READERS).await?;
    let token = std::fs::read_to_string(settings.dir.join("operator.token"))?;
    let address = hub.operator.context("no operators")?.to_string();
    let mut operator = OperatorClient::connect(&address, token.trim_end(), None).await?;
    let request_id = uuid::Uuid::new_v4().to_string();
    let run = operator.start_bill_run("gas-ruma", &period, &request_id).await?;
    // the run stands at the point by then
    tokio::time::sleep(Duration::from_secs(5)).await;
    let seen = tokio::time::timeout(Duration::from_secs(5), operator.bill_run(&run.name)).await;
    // a hub that stands there may have nothing left to answer with, or say so
    if let Ok(Ok(seen)) = seen {
        ensure!(seen.state() != BillRunState::Completed, "the point was never reached");
    }
    hub.kill()?;

    let hub = HubProcess::start(HUB, &configuration, "", &log).await?;
    let address = hub.operator.context("no operators")?.to_string();
    let mut operator = OperatorClient::connect(&address, token.trim_end(), None).await?;
    // the answer of the first hub may have been lost: whoever asks again gets it
    ensure!(operator.start_bill_run("gas-ruma", &period, &request_id).await?.name == run.name, "another run");
    let totals = complete(&mut operator, &run.name).await?;
    ensure!(usize::try_from(totals.accepted)? == bills.len(), "{totals:?} of {bills:?}");
    let came = mails_with_bills(&region);
    ensure!(came.len() == bills.len(), "{} mails of {} bills", came.len(), bills.len());
    Ok(())
}

macro_rules! killed {
    ($($name:ident: $point:literal;)+) => {$(
        mod $name {
            use super::*;

            #[tokio::test(flavor = "multi_thread")]
            async fn on_sqlite() -> anyhow::Result<()> {
                killed_at(Database::Sqlite, $point).await
            }

            #[tokio::test(flavor = "multi_thread")]
            async fn on_postgresql() -> anyhow::Result<()> {
                killed_at(Database::PostgreSql, $point).await
            }
        }
    )+};
}

on_both_databases! {
    async fn whoever_watches_a_run_sees_its_end_though_the_hub_was_exchanged_meanwhile(database) {
        let dir = tempfile::tempdir()?;
        let mut settings = worlds::settings(&dir, database.create().await?, QUICK.parse()?);
        // a port of its own, which the second hub finds free again
        settings.operator = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let region = Region::start(&settings).await?;
        let configuration = region.configure(&settings)?;
        let log = dir.path().join("hub.log");
        let mut hub = HubProcess::start(HUB, &configuration, "", &log).await?;
        let (bills, period) = subscribe(&region, hub.api, READERS).await?;
        // nobody takes the mails for now
        region.sink.faults.add("rcpt:450".parse()?);
        let token = std::fs::read_to_string(settings.dir.join("operator.token"))?;
        let address = settings.operator.to_string();
        let mut operator = OperatorClient::connect(&address, token.trim_end(), None).await?;
        let run = operator.start_bill_run("gas-ruma", &period, &uuid::Uuid::new_v4().to_string()).await?;
        let mut watched = std::pin::pin!(operator.watch_bill_run(&run.name).await?);
        let first = watched.next().await.context("nothing was seen")??;
        ensure!(first.state() != BillRunState::Completed, "{first:?}");
        hub.kill()?;

        region.sink.faults.clear();
        let _hub = HubProcess::start(HUB, &configuration, "", &log).await?;
        let mut last = first;
        while let Some(seen) = watched.next().await {
            last = seen?;
        }
        let accepted = last.totals.unwrap_or_default().accepted;
        ensure!(last.state() == BillRunState::Completed, "{last:?}");
        ensure!(usize::try_from(accepted)? == bills.len(), "{accepted} of {bills:?}");
        Ok(())
    }
}

killed! {
    before_a_page_is_committed: "store::before_bills_taken_up";
    after_a_page_is_committed: "store::bills_taken_up";
}
