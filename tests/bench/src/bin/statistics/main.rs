//! Statistics of a year of quarter-hours from the hub's copy, day by day beside the year before: as a portal asks for them
//! and as the use case answers, beside the sums alone.
//!
//! A world with the electricity utility; its customer's values of two years are copied once, as in service. Then three ask
//! for the same days in turns: a portal over gRPC, signed in; the use case in this process, with everything that it checks
//! and reads; and one statement of SQL over a table with nothing but the values, a row each, keyed as the question wants
//! it. All three must come to the same sums. What counts is the ratio, and the memory that many such questions at a time
//! take.
//!
//! ```sh
//! cargo run --release -p komunala-bench --bin statistics
//! ```

mod asked;
mod floor;

use std::time::Instant;

use clap::Parser;
use futures::future::try_join_all;
use komunala_bench::{memory, sample::Sample};

use self::{asked::Asked, floor::Bare};

/// As in the program `komunala`.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Asks for statistics of a year of quarter-hours, on SQLite and on PostgreSQL, and adds the same values up in plain SQL
#[derive(Debug, Parser)]
struct Options {
    /// Rounds of each; the medians count
    #[arg(long, default_value_t = 40)]
    rounds: u32,
    /// Questions at a time whose memory is told
    #[arg(long, default_value_t = 16)]
    at_once: usize,
    /// Days that are asked for: a year of them has 35,040 values
    #[arg(long, default_value_t = 365)]
    days: i32,
    /// Only this database: sqlite or postgresql
    #[arg(long)]
    database: Option<String>,
}

#[tokio::main]
#[allow(clippy::print_stdout, clippy::float_arithmetic, reason = "a report of ratios for people")]
async fn main() -> anyhow::Result<()> {
    if cfg!(debug_assertions) {
        println!("NOTE: built without optimisation; run it with --release");
    }
    let options = Options::parse();
    println!(
        "milliseconds, the median of {} rounds; MiB is what each of {} at a time takes",
        options.rounds, options.at_once
    );
    println!(
        "{:<12}{:>9}{:>8}{:>10}{:>11}{:>8}{:>10}{:>8}{:>10}",
        "database", "values", "days", "bare SQL", "use case", "ratio", "gRPC", "ratio", "MiB"
    );
    for name in ["sqlite", "postgresql"] {
        if options.database.as_deref().is_some_and(|only| only != name) {
            continue;
        }
        let folder = tempfile::tempdir()?;
        let url = match name {
            "postgresql" => komunala_test_postgres::empty_database().await?,
            _ => format!("sqlite://{}?mode=rwc", folder.path().join("statistics.db").display()),
        };
        let asked = Asked::start(folder.path().join("world"), &url, options.days).await?;
        let values = asked.values().await?;
        let bare = Bare::of(&url, &values).await?;
        let sums = bare.sums(asked.spans()).await?;
        anyhow::ensure!(asked.of_use_case().await? == sums, "the use case comes to other sums");
        anyhow::ensure!(asked.of_grpc().await? == sums, "gRPC comes to other sums");

        let (mut floor, mut use_case, mut grpc) = (Sample::default(), Sample::default(), Sample::default());
        for _ in 0..options.rounds {
            let started = Instant::now();
            bare.sums(asked.spans()).await?;
            floor.add(started.elapsed());
            let started = Instant::now();
            asked.ask_use_case().await?;
            use_case.add(started.elapsed());
            let started = Instant::now();
            asked.ask_grpc().await?;
            grpc.add(started.elapsed());
        }
        memory::forget_peak();
        let before = memory::peak_mib();
        try_join_all((0..options.at_once).map(|_| asked.ask_use_case())).await?;
        let more = memory::peak_mib().saturating_sub(before) as f64 / options.at_once as f64;
        let (floor, use_case, grpc) = (floor.median(), use_case.median(), grpc.median());
        println!(
            "{name:<12}{:>9}{:>8}{floor:>10.2}{use_case:>11.2}{:>8.2}{grpc:>10.2}{:>8.2}{more:>10.1}",
            values.len(),
            options.days,
            use_case / floor,
            grpc / floor
        );
        bare.close().await?;
        asked.stop().await;
    }
    Ok(())
}
