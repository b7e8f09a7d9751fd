//! A country's bills: a town of so many customers, a billing system that makes a document for each, the hub as it is
//! delivered with its adapter in the sandbox, and a mail server that reads every mail.
//!
//! The hub is a process of its own; the billing system, the mail server and whoever reads the mails are this one, on the
//! same machine. What must hold: each bill comes to its recipient once, with its own document, though some documents are
//! errors, web pages or other customers' at first, and some texts try to end a mail before its end; the run's numbers add
//! up at every look; the hub's memory stays below 300 MB and does not grow with the run; and a mail of a large run costs
//! no more than one of a small run. Exits with 1 when something does not.
//!
//! ```sh
//! cargo build --release -p komunala-bench -p komunala-server && target/release/bill_run
//! ```
//!
//! The whole country is `--bills 690000 --compare 20000`: some 40 GB below `TMPDIR`, most of it documents.

mod measured;
mod round;

use std::{path::PathBuf, process::ExitCode};

use clap::Parser;
use komunala_bench::town::{Database, TownSettings};
use measured::Measured;
use toml::Table;

/// How many times as much a mail may cost as in the run that it is compared with.
const TIMES: f64 = 1.15;

/// Sends a month's bills to a town, and measures what that takes
#[derive(Debug, Parser)]
struct Options {
    /// Bills of the town
    #[arg(long, default_value_t = 20_000)]
    bills: u32,
    /// Send so many first, in a town of their own, and compare what a mail costs
    #[arg(long, value_name = "BILLS")]
    compare: Option<u32>,
    /// Hubs that share the work; on SQLite there is one
    #[arg(long, default_value_t = 1)]
    hubs: usize,
    /// The hub's database
    #[arg(long, value_enum, default_value_t = Database::Postgresql)]
    database: Database,
    /// Bytes of each document
    #[arg(long, default_value_t = 30_000)]
    pdf: usize,
    /// So many of a hundred documents are an error, a web page, nothing, half of one, or another bill's when they are asked for
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u16).range(0..=50))]
    document_errors: u16,
    /// Sessions of each hub with the mail server
    #[arg(long, default_value_t = 16)]
    sessions: u32,
    /// The program `komunala`; the one beside this program by default
    #[arg(long, value_name = "FILE")]
    hub: Option<PathBuf>,
}

impl Options {
    fn town(&self, bills: u32) -> anyhow::Result<TownSettings> {
        let configuration: Table =
            format!("[mail.work]\nsessions = {}\nmails_per_session = 1000\n", self.sessions).parse()?;
        let &Self { pdf, database, document_errors, .. } = self;
        Ok(TownSettings { bills, pdf, database, document_errors, configuration })
    }
}

#[tokio::main]
#[allow(clippy::print_stdout, clippy::float_arithmetic, reason = "a report for people")]
async fn main() -> anyhow::Result<ExitCode> {
    let options = Options::parse();
    anyhow::ensure!(options.hubs >= 1, "no hub sends nothing");
    anyhow::ensure!(options.hubs == 1 || options.database == Database::Postgresql, "several hubs need PostgreSQL");
    if cfg!(debug_assertions) {
        println!("NOTE: built without optimisation; run it with --release");
    }
    let mut holds = true;
    let mut runs = Vec::new();
    for bills in options.compare.into_iter().chain([options.bills]) {
        let measured: Measured = round::send(&options, bills).await?;
        println!("{measured}");
        holds &= measured.holds();
        runs.push(measured);
    }
    if let [small, large] = &runs[..] {
        let times = large.cost() / small.cost();
        let by_the_clock = large.each(large.took) / small.each(small.took);
        let verdict = if times <= TIMES { "" } else { "  GROWS" };
        println!(
            "a mail costs {times:.3} times as much{verdict}; {by_the_clock:.3} by the clock alone, which tells as well how fast \
             the machine was"
        );
        holds &= times <= TIMES;
    }
    Ok(if holds { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
