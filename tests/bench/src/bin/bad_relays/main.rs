//! Relays that misbehave, and what another provider notices of it.
//!
//! Two utilities have a relay each, and bills queued for it. One relay does everything that relays do to a sender: it hangs
//! up at each stage of a session, answers byte by byte, without end, with 421, eleven minutes late, or keeps STARTTLS back.
//! For each of these the other's rate is measured with the first one's run held, and beside it: it must keep nine tenths. At
//! every look the bills of the first add up; at last its relay recovers, and each of them must have arrived, with copies of
//! those alone whose answer never came.
//!
//! The clock of the eleven minutes is scaled: the hub's times for each stage are shorter by the same factor. Exits with 1
//! when something does not hold.
//!
//! ```sh
//! cargo run --release -p komunala-bench --bin bad_relays
//! ```

mod relays;
mod trouble;

use std::{process::ExitCode, time::Duration};

use anyhow::ensure;
use clap::Parser;
use komunala_app::ports::bill_runs::Steer;
use komunala_bench::{database::Database, mail_room::MailRoom, memory};
use tempfile::NamedTempFile;

use self::{
    relays::Relays,
    trouble::{Trouble, all},
};

/// As in the program `komunala`.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What the other provider must keep of its rate.
const KEPT: f64 = 0.9;
/// How long trouble goes on before it is measured.
const SETTLING: Duration = Duration::from_secs(1);
/// How long the recovered relay has for all that waits.
const RECOVERY: Duration = Duration::from_secs(600);

/// Measures what trouble with one provider's relay costs another provider
#[derive(Debug, Parser)]
struct Options {
    /// Seconds of each measurement
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// Milliseconds that either relay takes for a mail where nothing is wrong
    #[arg(long, default_value_t = 40)]
    relay: u64,
    /// By how much time is shorter
    #[arg(long, default_value_t = 120)]
    scale: u32,
    /// Bills that wait for the relay in trouble
    #[arg(long, default_value_t = 6_000)]
    bills: usize,
    /// Bytes of each bill's PDF
    #[arg(long, default_value_t = 30_000)]
    pdf: usize,
    /// The hub's database
    #[arg(long, value_enum, default_value = "postgresql")]
    database: Database,
}

#[tokio::main]
#[allow(clippy::print_stdout, clippy::float_arithmetic, reason = "a report")]
async fn main() -> anyhow::Result<ExitCode> {
    let options = Options::parse();
    if cfg!(debug_assertions) {
        println!("NOTE: built without optimisation; run it with --release");
    }
    let (files, roots) = (tempfile::tempdir()?, NamedTempFile::new()?);
    let room = MailRoom::open(options.database, files.path(), options.pdf).await?;
    let relays = Relays::start(&options, roots.path()).await?;
    let troubles = all(options.scale)?;
    let troubled = room.queue_bills(&"gas".parse()?, "gas.example", options.bills).await?;
    // as many as all sessions can take in the time, and some more
    let most = 8 * 1_000 / options.relay.max(1) * (options.seconds + 5) * 2 * troubles.len() as u64;
    let other = room.queue_bills(&"water".parse()?, "water.example", usize::try_from(most)?).await?;
    room.steer(&troubled, Steer::Pause).await?;
    memory::forget_peak();
    let worker = room.work(relays.settings(&options)?)?;

    println!(
        "{:?}: what a relay does, the other's mails/s alone and beside, and the troubled one's mails",
        options.database
    );
    println!(
        "{:<30}{:>8}{:>8}{:>7}{:>9}{:>9}{:>9}{:>9}",
        "", "alone", "beside", "ratio", "faults", "accepted", "unknown", "waiting"
    );
    let (mut holds, mut unanswered) = (true, 0);
    let time = Duration::from_secs(options.seconds);
    for Trouble { name, faults, hides_answers } in troubles {
        tokio::time::sleep(SETTLING).await;
        let alone = relays.rate_of_other(time).await;
        let before = relays.struck(&faults);
        relays.trouble(&faults);
        room.steer(&troubled, Steer::Resume).await?;
        tokio::time::sleep(SETTLING).await;
        let beside = relays.rate_of_other(time).await;
        let totals = room.totals(&troubled).await?;
        ensure!(totals.mails() == troubled.mails && totals.failed == 0, "{name}: {totals:?} of {}", troubled.mails);
        room.steer(&troubled, Steer::Pause).await?;
        relays.calm().await?;
        let struck = relays.struck(&faults) - before;
        if hides_answers {
            unanswered += struck;
        }
        let ratio = beside / alone;
        holds &= ratio >= KEPT;
        println!(
            "{name:<30}{alone:>8.0}{beside:>8.0}{ratio:>7.2}{struck:>9}{:>9}{:>9}{:>9}{}",
            totals.accepted,
            totals.unknown,
            totals.waiting + totals.deferred,
            if ratio >= KEPT { "" } else { "  TOO SLOW" }
        );
    }
    let left = room.totals(&other).await?;
    ensure!(left.waiting > 0 && left.mails() == other.mails, "the other's bills were gone too soon: {left:?}");

    room.steer(&troubled, Steer::Resume).await?;
    let recovered = tokio::time::timeout(RECOVERY, async {
        while room.totals(&troubled).await?.accepted < troubled.mails {
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        anyhow::Ok(())
    });
    recovered.await??;
    worker.stop().await?;
    let (arrived, copies) = relays.arrived();
    println!(
        "recovered: {arrived} of {} mails and codes arrived, {copies} copies for {unanswered} answers that never came, {} MiB at most",
        troubled.mails + troubled.readers,
        memory::peak_mib()
    );
    holds &= arrived == troubled.mails + troubled.readers && copies <= unanswered;
    Ok(if holds { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
