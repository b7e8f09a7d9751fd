//! Utilities whose billing system exchanges files, or takes no requests at all.

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use anyhow::{Context, ensure};
use komunala_demo::{Customer, Desk, Infostan, Newcomer, desk::SCANNED};
use komunala_grpc::proto::v1::{BillingProgress, EntryAuthor, GetRequestRequest, RequestState, RequestThread};
use komunala_simulators::heating::Answering;
use komunala_tests::{Database, TestWorld, on_both_databases};

use super::{account, grown, named};

/// How long files may take there and back.
const EXCHANGED_IN: Duration = Duration::from_secs(30);

async fn read(customer: &Customer, name: &str) -> anyhow::Result<RequestThread> {
    Ok(customer.support().get_request(GetRequestRequest { name: name.to_owned() }).await?.into_inner())
}

/// The rows of requests that were handed over.
fn handed_over(inbox: &Path) -> anyhow::Result<Vec<String>> {
    let mut rows = Vec::new();
    for entry in fs::read_dir(inbox)? {
        let path = entry?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if name.starts_with("ZAHT_") && path.extension().is_some_and(|end| end == "csv") {
            let text = String::from_utf8_lossy(&fs::read(&path)?).into_owned();
            rows.extend(text.lines().skip(1).map(ToOwned::to_owned));
        }
    }
    Ok(rows)
}

async fn by_files(database: Database) -> anyhow::Result<()> {
    let world = TestWorld::of(database, &["infostan"], "").await?;
    let exchange = &world.region.provider::<Infostan>()?.exchange;
    let (milica, _) = Newcomer::of(world.region.named("infostan")?, 0)?.settle(world.api, &world.region).await?;
    let own = account(&milica).await?;
    let document = milica.upload(named("izvod.pdf"), SCANNED.as_bytes()).await?;
    let made = milica.support().create_request(grown(&own, vec![document.name.clone()])).await?.into_inner();
    ensure!(made.billing_progress() == BillingProgress::Sent, "{made:?}");
    let started = Instant::now();
    let rows = loop {
        let rows = handed_over(&exchange.inbox())?;
        if !rows.is_empty() {
            break rows;
        }
        ensure!(started.elapsed() < EXCHANGED_IN, "nothing was handed over");
        tokio::time::sleep(Duration::from_millis(200)).await;
    };
    ensure!(rows.len() == 1 && rows[0].contains(";PROMENA;"), "{rows:?}");
    ensure!(rows[0].contains("Promena broja"), "{rows:?}");

    // the day after, the billing system refuses it: the desk has it, and its customer reads why
    let answering = Answering::plainly().refusing(&own.customer_number, "ODBIJENO").only("ZAHT");
    let started = Instant::now();
    while exchange.acknowledge(&answering)?.is_empty() {
        ensure!(started.elapsed() < EXCHANGED_IN, "the file is never finished");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    let thread = loop {
        let thread = read(&milica, &made.name).await?;
        if thread.billing_progress() == BillingProgress::Refused {
            break thread;
        }
        ensure!(started.elapsed() < EXCHANGED_IN, "the refusal never came: {thread:?}");
        tokio::time::sleep(Duration::from_millis(200)).await;
    };
    let last = thread.entries.last().context("nothing was said")?;
    ensure!(last.author() == EntryAuthor::Billing && last.text.contains("ODBIJENO"), "{thread:?}");
    let desk = Desk::open(&world).await?;
    ensure!(desk.attachment("infostan", &document.name).await?.1 == SCANNED.as_bytes(), "another document");
    world.stop().await;
    Ok(())
}

on_both_databases! {
    async fn a_request_goes_into_the_next_file_and_a_refusal_comes_back_the_day_after(database) {
        by_files(database).await
    }

    async fn where_the_billing_system_takes_no_requests_the_desk_has_them_alone(database) {
        let world = TestWorld::of(database, &["stambeno-ruma"], "").await?;
        let (jovan, _) = Newcomer::of(world.region.named("stambeno-ruma")?, 0)?.settle(world.api, &world.region).await?;
        let own = account(&jovan).await?;
        let document = jovan.upload(named("izjava.pdf"), SCANNED.as_bytes()).await?;
        let made = jovan.support().create_request(grown(&own, vec![document.name])).await?.into_inner();
        ensure!(made.billing_progress() == BillingProgress::NotOffered, "{made:?}");
        ensure!(made.state() == RequestState::Received, "{made:?}");
        let desk = Desk::open(&world).await?;
        let thread = desk.read(&made.name).await?.request.context("nothing")?;
        ensure!(thread.subject == "Promena broja članova" && thread.entries[0].attachments.len() == 1, "{thread:?}");
        ensure!(thread.entries[0].fields[0].value == "4", "{thread:?}");
        world.stop().await;
        Ok(())
    }
}
