//! Hubs that die, and hubs that are stopped, while they send a month's bills.
//!
//! A town gets its bills from hubs that share one database, as in `bill_run`, over a mail server that takes its time. In
//! the first round hubs are killed (`kill -9`) at every stage of the run, and started again: no bill may be missing, and a
//! copy may come only of a mail whose session was open at a kill, with the same Message-ID and the same document. In the
//! second a hub dies that nobody starts again, with the times that hubs have unless told otherwise: another one must take
//! all that it held within ninety seconds. In the third a hub is stopped (SIGSTOP) for three of its leases, and wakes up
//! when another one has its work: nothing may come twice, and nothing that is settled may change. On SQLite one hub works
//! at a time, and there is no third round. Exits with 1 when something does not hold.
//!
//! ```sh
//! cargo build --release -p komunala-bench -p komunala-server && target/release/killed_runs
//! ```

mod kills;
mod ledger;
mod round;
mod stop;
mod takeover;

use std::{path::PathBuf, process::ExitCode};

use clap::{Parser, ValueEnum};
use komunala_bench::town::{Database, TownSettings};

/// Kills and stops hubs that send bills, and counts what comes
#[derive(Debug, Parser)]
struct Options {
    /// Bills of the town
    #[arg(long, default_value_t = 20_000)]
    mails: u32,
    /// How often a hub is killed in the first round
    #[arg(long, default_value_t = 20)]
    kills: u32,
    /// Only this round
    #[arg(long, value_enum)]
    only: Option<Only>,
    /// The hubs' database: two share PostgreSQL, SQLite has one
    #[arg(long, value_enum, default_value_t = Database::Postgresql)]
    database: Database,
    /// Sessions of each hub with the mail server
    #[arg(long, default_value_t = 8)]
    sessions: u32,
    /// Milliseconds that the mail server takes for each mail: long enough for every session to be in use
    #[arg(long, default_value_t = 200)]
    relay: u64,
    /// Bytes of each document
    #[arg(long, default_value_t = 30_000)]
    pdf: usize,
    /// The program `komunala`; the one beside this program by default
    #[arg(long, value_name = "FILE")]
    hub: Option<PathBuf>,
}

/// A round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Only {
    Kills,
    Takeover,
    Stop,
}

impl Options {
    fn town(&self, configuration: &str) -> anyhow::Result<TownSettings> {
        let work = format!("sessions = {}\n{configuration}", self.sessions);
        let &Self { mails: bills, pdf, database, .. } = self;
        let configuration = format!("[mail.work]\n{work}").parse()?;
        Ok(TownSettings { bills, pdf, database, document_errors: 0, configuration })
    }

    fn includes(&self, round: Only) -> bool {
        let possible = round != Only::Stop || self.database == Database::Postgresql;
        possible && self.only.is_none_or(|only| only == round)
    }
}

#[tokio::main]
#[allow(clippy::print_stdout, reason = "a report for people")]
async fn main() -> anyhow::Result<ExitCode> {
    let options = Options::parse();
    if cfg!(debug_assertions) {
        println!("NOTE: built without optimisation; run it with --release");
    }
    let mut holds = true;
    if options.includes(Only::Kills) {
        holds &= kills::run(&options).await?;
    }
    if options.includes(Only::Takeover) {
        holds &= takeover::run(&options).await?;
    }
    if options.includes(Only::Stop) {
        holds &= stop::run(&options).await?;
    }
    Ok(if holds { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
