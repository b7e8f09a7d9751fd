//! A hub that dies for good: how long its work lies about until another one takes it.

use std::time::{Duration, Instant};

use anyhow::ensure;
use komunala_grpc::proto::operator::v1::BillRunState;

use crate::{Options, ledger::Ledger, round::Round};

/// Within which time all of it must be another's.
const WITHIN: Duration = Duration::from_secs(90);
/// When it is given up to wait.
const GIVEN_UP: Duration = Duration::from_secs(600);
/// What nobody knows the fate of is sent again at once; all other times are those that hubs have by themselves.
const AT_ONCE: &str = "[mail.retry]\nunknown_hold = \"1s\"\n";

#[allow(clippy::print_stdout, clippy::float_arithmetic, reason = "a report for people")]
pub(crate) async fn run(options: &Options) -> anyhow::Result<bool> {
    println!("a hub dies for good, and another one finds what it held, {:?}", options.database);
    let mut round = Round::begin(options, 1, AT_ONCE).await?;
    round.until(0, GIVEN_UP, |run, _| run.state() == BillRunState::Running).await?;
    tokio::time::sleep(Duration::from_millis(500)).await;
    let (_, at_death) = round.look(0).await?;
    let died = another(&mut round, options).await?;
    let began = taken_up_beyond(&round, at_death.invoices, died).await?;
    println!(
        "    it followed the feed, {} bills were taken up: the run went on after {:.1} s",
        at_death.invoices,
        began.as_secs_f64()
    );

    round.until_came(u64::from(options.mails) / 10).await?;
    let (_, at_death) = round.look(0).await?;
    let ledger = Ledger::open(&round.town.database_url()?).await?;
    // what it got between the look and its death is no more than a moment's work
    let held = ledger.under_way().await?;
    let died = another(&mut round, options).await?;
    let walked = if at_death.invoices < i64::from(options.mails) {
        taken_up_beyond(&round, at_death.invoices, died).await?
    } else {
        Duration::ZERO
    };
    while ledger.unmoved(&held).await? > 0 {
        ensure!(died.elapsed() < GIVEN_UP, "{} messages are a dead hub's still", ledger.unmoved(&held).await?);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let moved = died.elapsed();
    let holds = began.max(walked).max(moved) <= WITHIN;
    println!(
        "    {} messages were under way and {} bills taken up: the run went on after {:.1} s, the last message moved on within \
         {:.1} s{}",
        held.len(),
        at_death.invoices,
        walked.as_secs_f64(),
        moved.as_secs_f64(),
        if holds { "" } else { "  TOO LATE" }
    );
    round.complete(0).await?;
    Ok(round.report(2 * u64::from(options.sessions)) && holds)
}

/// Kills the hub, and starts another one; answers when the first died.
async fn another(round: &mut Round, options: &Options) -> anyhow::Result<Instant> {
    round.hubs[0].kill()?;
    let died = Instant::now();
    round.hubs[0] = round.town.hub(options.hub.as_deref()).await?;
    Ok(died)
}

/// Waits until more bills are taken up than there were; answers how long that is after the death.
async fn taken_up_beyond(round: &Round, bills: i64, died: Instant) -> anyhow::Result<Duration> {
    round.until(0, GIVEN_UP, |_, totals| totals.invoices > bills).await?;
    Ok(died.elapsed())
}
