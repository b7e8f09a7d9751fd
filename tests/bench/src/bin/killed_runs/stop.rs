//! A hub that is stopped for three leases and wakes up.

use std::time::Duration;

use anyhow::Context;
use komunala_bench::town::Hub;
use rustix::process::{Pid, Signal, kill_process};

use crate::{Options, ledger::Ledger, round::Round};

/// The longest lease of the hub, be it of a message or of a run.
const LEASE: Duration = Duration::from_secs(4);
const QUICK: &str = "lease = \"4s\"\npoll = \"500ms\"\n[feed]\nturn = \"4s\"\n";
/// How long a hub that woke has for whatever it would change.
const AWAKE: Duration = Duration::from_secs(8);

#[allow(clippy::print_stdout, reason = "a report for people")]
pub(crate) async fn run(options: &Options) -> anyhow::Result<bool> {
    println!("a hub is stopped for three leases, in the middle of its work");
    let mut round = Round::begin(options, 1, QUICK).await?;
    round.hubs.push(round.town.hub(options.hub.as_deref()).await?);
    round.until_came(u64::from(options.mails) / 20).await?;
    let ledger = Ledger::open(&round.town.database_url()?).await?;
    signal(&round.hubs[0], Signal::STOP)?;
    let held = ledger.under_way().await?;
    tokio::time::sleep(LEASE * 3).await;
    let (_, asleep) = round.look(1).await?;
    // nothing else moves while it wakes, so that what changes is its doing
    round.town.operator(&round.hubs[1]).await?.pause_bill_run(&round.run).await?;
    tokio::time::sleep(Duration::from_secs(2)).await;
    let settled = ledger.settled().await?;
    let (came, copies) = (round.came(), round.town.letterbox.tally().copies);
    signal(&round.hubs[0], Signal::CONT)?;
    tokio::time::sleep(AWAKE).await;
    let unmoved = ledger.unmoved(&settled).await?;
    let (_, awake) = round.look(1).await?;
    let tally = round.town.letterbox.tally();
    let holds = unmoved == settled.len() && tally.copies == copies;
    println!(
        "    {} messages were under way when it was stopped; {} unknown while it slept, {} after it woke; {} mails came of it \
         then, {} of them copies; {unmoved} of {} settled messages stand as they did{}",
        held.len(),
        asleep.unknown,
        awake.unknown,
        round.came() - came,
        tally.copies - copies,
        settled.len(),
        if holds { "" } else { "  WRONG" }
    );
    round.town.operator(&round.hubs[1]).await?.resume_bill_run(&round.run).await?;
    round.complete(0).await?;
    Ok(round.report(0) && holds)
}

fn signal(hub: &Hub, signal: Signal) -> anyhow::Result<()> {
    let id = Pid::from_raw(i32::try_from(hub.id())?).context("a process without a number")?;
    Ok(kill_process(id, signal)?)
}
