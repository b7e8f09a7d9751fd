//! A flood of sign-ins, and what everybody else notices of it.
//!
//! Half a thousand people a second sign in for a minute, each with the right password. A hash takes 30 ms of one core, so
//! most cannot be served: they are to be turned away at once. Meanwhile users who are signed in list their invoices, and
//! somebody asks for the hub's health. What must hold: their p99 is at most three times that of the quiet before, and the
//! hub's memory stays flat. The hub is a process of its own; the billing system, the mail server and all callers are this
//! one, on the same machine. Exits with 1 when a limit is broken.
//!
//! ```sh
//! cargo run --release -p komunala-bench --bin sign_ins
//! ```

mod hub;
mod load;

use std::{path::PathBuf, process::ExitCode, time::Duration};

use clap::Parser;
use komunala_bench::{memory, sample::Sample};
use komunala_demo::{Customer, Newcomer, Region, WorldSettings};

/// As in the program `komunala`.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How many times as long the slowest hundredth of other calls may take.
const TIMES: f64 = 3.0;
/// By how many per cent memory may have grown between the first quarter of the flood and its end.
const GROWTH: u64 = 5;

/// Everything a flood meets, but its budgets: those are measured elsewhere.
const CONFIGURATION: &str = "
[api]
tenant_rate = 1000000
tenant_burst = 1000000
[telemetry]
log = 'off'
[guessing]
password_per_address = { failures = 1000000, window = '1h' }
password_per_caller = { failures = 1000000, window = '1h' }
password_per_tenant = { failures = 1000000, window = '1h' }
";

/// Signs in 500 people a second for a minute, on SQLite and on PostgreSQL, and measures what other callers notice
#[derive(Debug, Parser)]
struct Options {
    /// Sign-ins a second
    #[arg(long, default_value_t = 500)]
    rate: u32,
    /// Seconds of the flood; the quiet before takes half of it
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    /// Users
    #[arg(long, default_value_t = 100)]
    users: usize,
    /// Only this database: sqlite or postgresql
    #[arg(long)]
    database: Option<String>,
    /// Be the hub of this configuration
    #[arg(long, hide = true)]
    hub: Option<PathBuf>,
}

#[tokio::main]
#[allow(clippy::print_stdout, clippy::float_arithmetic, reason = "a report for people")]
async fn main() -> anyhow::Result<ExitCode> {
    let options = Options::parse();
    if let Some(configuration) = &options.hub {
        return hub::serve(configuration).await.map(|()| ExitCode::SUCCESS);
    }
    if cfg!(debug_assertions) {
        println!("NOTE: built without optimisation; run it with --release");
    }
    let mut holds = true;
    for name in ["sqlite", "postgresql"] {
        if options.database.as_deref().is_none_or(|only| only == name) {
            holds &= flood(name, &options).await?;
        }
    }
    Ok(if holds { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

#[allow(clippy::print_stdout, clippy::float_arithmetic, reason = "a report for people")]
async fn flood(name: &str, options: &Options) -> anyhow::Result<bool> {
    let folder = tempfile::tempdir()?;
    let database_url = match name {
        "postgresql" => Some(komunala_test_postgres::empty_database().await?),
        _ => None,
    };
    let settings = WorldSettings {
        api: "127.0.0.1:0".parse()?,
        operator: "127.0.0.1:0".parse()?,
        database_url,
        configuration: CONFIGURATION.parse()?,
        changes: "[portals]\ncallers = 'unknown'".parse()?,
        providers: vec!["gas-ruma"],
        ..WorldSettings::new(folder.path().join("world"))
    };
    let region = Region::start(&settings).await?;
    let hub = hub::Hub::start(&region.configure(&settings)?).await?;
    let (mut signed_in, mut sign_ins) = (Vec::new(), Vec::new());
    for place in 0..options.users {
        let newcomer = Newcomer::at(&region, place)?;
        signed_in.push(newcomer.settle(hub.api, &region).await?.0);
        sign_ins.push(newcomer.sign_in());
    }
    let visitor = Customer::open(hub.api, &region.portal_key).await?;

    let time = Duration::from_secs(options.seconds);
    let quiet = load::others(&hub, &signed_in, time / 2).await?;
    let calm = memory::resident_kib(hub.process());
    let watched = tokio::spawn(watch(hub.process(), time));
    let (busy, answers) =
        tokio::try_join!(load::others(&hub, &signed_in, time), load::storm(&visitor, sign_ins, options.rate, time))?;
    let memory = watched.await?;

    println!("{name}: {} sign-ins a second for {} s", options.rate, options.seconds);
    println!("    {answers}");
    println!("    {:<16}{:>8}{:>12}{:>12}{:>12}{:>8}", "ms", "n", "p50", "p99 quiet", "p99 flood", "times");
    let mut holds = true;
    for (what, quiet, busy) in
        [("ListInvoices", &quiet.invoices, &busy.invoices), ("health", &quiet.health, &busy.health)]
    {
        let (before, during) = (quiet.per_mille(990), busy.per_mille(990));
        let times = during / before;
        holds &= times <= TIMES;
        let verdict = if times <= TIMES { "" } else { "  TOO SLOW" };
        let (count, median) = (busy.len(), busy.median());
        println!("    {what:<16}{count:>8}{median:>12.2}{before:>12.2}{during:>12.2}{times:>8.2}{verdict}");
    }
    let early = memory.iter().take(memory.len() / 4).max().copied().unwrap_or(0);
    let late = memory.iter().skip(memory.len() * 3 / 4).max().copied().unwrap_or(0);
    let flat = late * 100 <= early * (100 + GROWTH);
    holds &= flat;
    println!(
        "    resident MiB: {} before, {} at most in the first quarter, {} at most in the last{}",
        calm / 1024,
        early / 1024,
        late / 1024,
        if flat { "" } else { "  GROWS" }
    );
    Ok(holds)
}

/// Samples the hub's memory ten times a second, in KiB.
async fn watch(process: u32, time: Duration) -> Vec<u64> {
    let mut ticks = tokio::time::interval(Duration::from_millis(100));
    let (mut samples, started) = (Vec::new(), std::time::Instant::now());
    while started.elapsed() < time {
        ticks.tick().await;
        samples.push(memory::resident_kib(process));
    }
    samples
}

/// What other callers noticed.
#[derive(Default)]
struct Others {
    invoices: Sample,
    health: Sample,
}
