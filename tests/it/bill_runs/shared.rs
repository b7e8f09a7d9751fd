//! Two hubs and one run: they share it, and what one is late with is the other's.

use std::{collections::BTreeSet, time::Duration};

use anyhow::{Context, ensure};
use komunala_demo::Region;
use komunala_grpc::{client::OperatorClient, proto::operator::v1::BillRunState};
use komunala_server::Configuration;
use komunala_tests::{Database, HubProcess, worlds};

use super::town::{QUICK, complete, mails_with_bills, subscribe};

const HUB: &str = env!("CARGO_BIN_EXE_hub");

/// Each bill came once, to whom it is for.
fn each_came_once(region: &Region, bills: &BTreeSet<(String, String)>) -> anyhow::Result<()> {
    let mails = mails_with_bills(region);
    ensure!(mails.len() == bills.len(), "{} mails of {} bills", mails.len(), bills.len());
    let ids: BTreeSet<_> = mails.iter().map(|mail| mail.message_id()).collect();
    ensure!(ids.len() == bills.len(), "a bill came twice, another one never");
    for (email, number) in bills {
        let name = format!("{number}.pdf");
        let came = mails.iter().filter(|mail| mail.recipients.contains(email) && mail.text().contains(&name));
        ensure!(came.count() == 1, "{number} did not come once");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hubs_on_one_run_send_each_bill_once() -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let mut quick: toml::Table = QUICK.parse()?;
    // one at a time, so that neither can send all of them
    quick["mail"]["work"].as_table_mut().context("no table")?.insert("sessions".to_owned(), 1.into());
    let settings = worlds::settings(&dir, Database::PostgreSql.create().await?, quick);
    let region = Region::start(&settings).await?;
    let first = Configuration::read(&region.configure(&settings)?)?;
    let second = first.clone();
    let (first, second) = tokio::try_join!(komunala_server::start(first), komunala_server::start(second))?;

    let (bills, period) = subscribe(&region, first.api, 4).await?;
    region.sink.faults.add("received:delay=400".parse()?);
    let token = std::fs::read_to_string(settings.dir.join("operator.token"))?;
    let at = |operator: Option<std::net::SocketAddr>| operator.map(|at| at.to_string()).context("no operators");
    let mut here = OperatorClient::connect(&at(first.operator)?, token.trim_end(), None).await?;
    let mut there = OperatorClient::connect(&at(second.operator)?, token.trim_end(), None).await?;
    let keys = [uuid::Uuid::new_v4().to_string(), uuid::Uuid::new_v4().to_string()];
    let (run, same) = tokio::try_join!(
        here.start_bill_run("gas-ruma", &period, &keys[0]),
        there.start_bill_run("gas-ruma", &period, &keys[1])
    )?;
    ensure!(run.name == same.name, "two runs of one month");

    let totals = complete(&mut there, &run.name).await?;
    ensure!(usize::try_from(totals.accepted)? == bills.len(), "{totals:?} of {bills:?}");
    each_came_once(&region, &bills)?;
    let sessions: BTreeSet<_> = mails_with_bills(&region).iter().map(|mail| mail.session).collect();
    ensure!(sessions.len() >= 2, "one hub sent all of them");
    first.stop().await;
    second.stop().await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_that_was_stopped_in_its_run_takes_nothing_up_when_it_wakes() -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let settings = worlds::settings(&dir, Database::PostgreSql.create().await?, QUICK.parse()?);
    let region = Region::start(&settings).await?;
    let configuration = region.configure(&settings)?;
    let log = dir.path().join("hub.log");
    // long enough for the signal to find it there
    let asleep = HubProcess::start(HUB, &configuration, "store::before_bills_taken_up=sleep(3000)", &log).await?;
    let (bills, period) = subscribe(&region, asleep.api, 2).await?;
    let token = std::fs::read_to_string(settings.dir.join("operator.token"))?;
    let at = |operator: Option<std::net::SocketAddr>| operator.map(|at| at.to_string()).context("no operators");
    let mut operator = OperatorClient::connect(&at(asleep.operator)?, token.trim_end(), None).await?;
    let run = operator.start_bill_run("gas-ruma", &period, &uuid::Uuid::new_v4().to_string()).await?;
    while operator.bill_run(&run.name).await?.state() == BillRunState::Pending {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    tokio::time::sleep(Duration::from_millis(500)).await;
    asleep.suspend()?;

    let hub = HubProcess::start(HUB, &configuration, "", &dir.path().join("other.log")).await?;
    let mut operator = OperatorClient::connect(&at(hub.operator)?, token.trim_end(), None).await?;
    let totals = complete(&mut operator, &run.name).await?;
    ensure!(usize::try_from(totals.accepted)? == bills.len(), "{totals:?} of {bills:?}");
    asleep.resume()?;
    // what it stood before, and whatever it would look for next
    tokio::time::sleep(Duration::from_secs(5)).await;
    let after = operator.bill_run(&run.name).await?;
    ensure!(after.totals == Some(totals) && after.state() == BillRunState::Completed, "{after:?} was {totals:?}");
    each_came_once(&region, &bills)
}
