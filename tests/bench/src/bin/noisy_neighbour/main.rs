//! A code, while somebody else's bills fill the outbox: how long it takes from the transaction that queued it to the relay.
//!
//! First with nothing beside it, then while one utility has all its bills queued and the worker sends them as fast as it
//! can; people of another utility register one by one meanwhile. Every other one registers at another hub of the same
//! database: nobody rings here then, and the worker finds the code when it looks. What must hold: 95 of 100 codes are
//! with the relay within five seconds. Exits with 1 when they are not.
//!
//! ```sh
//! cargo run --release -p komunala-bench --bin noisy_neighbour -- --queued 600000
//! ```

mod arrivals;
mod codes;

use std::{
    process::ExitCode,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::ensure;
use clap::Parser;
use komunala_bench::{database::Database, mail_room::MailRoom, mails, memory};
use komunala_delivery::{LimitSettings, MailSettings, RelaySettings, RetrySettings, TlsMode, WorkSettings};
use komunala_sink::SmtpSink;

use self::{arrivals::Arrivals, codes::Codes};

/// As in the program `komunala`.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Within which time 95 of 100 codes must be with the relay, in milliseconds.
const WITHIN: f64 = 5_000.0;

/// Measures how long a code takes while another utility's bills are sent
#[derive(Debug, Parser)]
struct Options {
    /// Bills that the other utility has queued
    #[arg(long, default_value_t = 50_000)]
    queued: usize,
    /// Codes, with nothing beside them and again beside the bills
    #[arg(long, default_value_t = 100)]
    codes: usize,
    /// Milliseconds between two of them
    #[arg(long, default_value_t = 200)]
    every: u64,
    /// Milliseconds that the relay takes for each mail
    #[arg(long, default_value_t = 0)]
    relay: u64,
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
    let files = tempfile::tempdir()?;
    let room = MailRoom::open(options.database, files.path(), options.pdf).await?;
    let arrivals = Arc::new(Arrivals::default());
    let sink = SmtpSink::builder().without_tls().kept(0).reader(arrivals.reader()).start("127.0.0.1:0").await?;
    if options.relay > 0 {
        sink.faults.add(format!("received:delay={}", options.relay).parse()?);
    }
    let settings = MailSettings {
        relay: RelaySettings::new(sink.addr.ip().to_string(), sink.addr.port(), TlsMode::Off),
        relays: [].into(),
        sender: mails::sender(mails::signer()?)?,
        work: WorkSettings::default(),
        retry: RetrySettings::default(),
        limits: LimitSettings::default(),
    };
    let codes = Codes { room: &room, arrivals: &arrivals, count: options.codes, every: options.every };

    let worker = room.work(settings.clone())?;
    let alone = codes.leave("alone").await?;
    worker.stop().await?;

    let began = Instant::now();
    let queued = room.queue_bills(&"gas".parse()?, "bills.example", options.queued).await?;
    println!("{:?}: {} bills queued in {:.0} s", options.database, queued.mails, began.elapsed().as_secs_f64());
    memory::forget_peak();
    let worker = room.work(settings)?;
    while room.totals(&queued).await?.accepted == 0 {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let (began, before) = (Instant::now(), sink.counters.counts().accepted);
    let beside = codes.leave("beside").await?;
    let sent = sink.counters.counts().accepted - before - u64::try_from(options.codes)?;
    let rate = sent as f64 / began.elapsed().as_secs_f64();
    worker.stop().await?;
    let totals = room.totals(&queued).await?;
    ensure!(totals.mails() == queued.mails && totals.failed + totals.unknown == 0, "{totals:?}");
    ensure!(totals.waiting > 0, "the bills were gone before the codes: queue more of them");

    println!("{:<34}{:>6}{:>10}{:>10}{:>10}", "ms to the relay's 250", "n", "p50", "p95", "max");
    let mut holds = true;
    for (what, codes) in [
        ("alone, queued here", &alone.here),
        ("alone, queued at another hub", &alone.elsewhere),
        ("beside the bills, queued here", &beside.here),
        ("beside, queued at another hub", &beside.elsewhere),
    ] {
        let p95 = codes.per_mille(950);
        holds &= p95 <= WITHIN;
        let verdict = if p95 <= WITHIN { "" } else { "  TOO SLOW" };
        let (count, median, longest) = (codes.len(), codes.median(), codes.per_mille(1_000));
        println!("{what:<34}{count:>6}{median:>10.0}{p95:>10.0}{longest:>10.0}{verdict}");
    }
    println!("{rate:.0} bills/s meanwhile, {} left, {} MiB at most", totals.waiting, memory::peak_mib());
    Ok(if holds { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
