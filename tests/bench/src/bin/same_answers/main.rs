//! Whether an answer, or the time it takes, tells who exists.
//!
//! What strangers can ask is asked about subjects that exist and about subjects that do not: 1,000 of each, each by another
//! caller, in random order, in one run and one after the other. Answers must have the same bytes, trailers and details
//! included, and the medians may be 5 ms apart at most. Budgets are raised, or else they would answer. Exits with 1 when a
//! limit is broken.
//!
//! ```sh
//! cargo run --release -p komunala-bench --bin same_answers
//! ```

mod cases;
mod people;
mod question;

use std::{collections::BTreeSet, process::ExitCode};

use clap::Parser;
use komunala_bench::sample::Sample;
use komunala_demo::{World, WorldSettings};
use rand::seq::SliceRandom as _;

use self::{cases::Case, people::People};

/// As in the program `komunala`.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The most that two medians may be apart, in milliseconds.
const APART: f64 = 5.0;

/// Budgets that nobody uses up, and a portal whose server says who calls.
const CONFIGURATION: &str = "
[api]
tenant_rate = 1000000
tenant_burst = 1000000
[telemetry]
log = 'off'
[guessing]
pin_per_number = { failures = 1000000, window = '1h' }
pin_per_caller = { failures = 1000000, window = '1h' }
pin_per_provider = { failures = 1000000, window = '1h' }
password_per_address = { failures = 1000000, window = '1h' }
password_per_device = { failures = 1000000, window = '1h' }
password_per_caller = { failures = 1000000, window = '1h' }
password_per_tenant = { failures = 1000000, window = '1h' }
present_password = { failures = 1000000, window = '1h' }
code_per_subject = { failures = 1000000, window = '1h' }
code_per_caller = { failures = 1000000, window = '1h' }
code_per_tenant = { failures = 1000000, window = '1h' }
mails_per_address = { failures = 1000000, window = '1h' }
mails_per_caller = { failures = 1000000, window = '1h' }
";

/// Asks about who exists and who does not, on SQLite and on PostgreSQL, and compares answers and times
#[derive(Debug, Parser)]
struct Options {
    /// Subjects of each kind
    #[arg(long, default_value_t = 1_000)]
    subjects: usize,
    /// Only this database: sqlite or postgresql
    #[arg(long)]
    database: Option<String>,
}

#[tokio::main]
#[allow(clippy::print_stdout, clippy::float_arithmetic, reason = "a report for people")]
async fn main() -> anyhow::Result<ExitCode> {
    if cfg!(debug_assertions) {
        println!("NOTE: built without optimisation; run it with --release");
    }
    let options = Options::parse();
    println!("medians in ms, the difference with the bounds that 95 of 100 redrawn samples keep within");
    println!(
        "{:<12}{:<44}{:>8}{:>10}{:>10}{:>9}{:>18}  answers",
        "database", "asked", "n", "exists", "does not", "apart", "95 %"
    );
    let mut holds = true;
    for name in ["sqlite", "postgresql"] {
        if options.database.as_deref().is_some_and(|only| only != name) {
            continue;
        }
        let folder = tempfile::tempdir()?;
        let database_url = match name {
            "postgresql" => Some(komunala_test_postgres::empty_database().await?),
            _ => None,
        };
        let settings = WorldSettings {
            api: "127.0.0.1:0".parse()?,
            operator: "127.0.0.1:0".parse()?,
            customers: u32::try_from(options.subjects)? * 3 + 100,
            database_url,
            configuration: CONFIGURATION.parse()?,
            changes: "[portals]\ncallers = 'metadata'".parse()?,
            providers: vec!["gas-ruma"],
            ..WorldSettings::new(folder.path().join("world"))
        };
        let world = World::start(settings).await?;
        let people = People::settle(&world, options.subjects).await?;
        for case in people.cases()? {
            let asked = case.name;
            let (exists, not, answers) = measure(case).await?;
            let apart = exists.median() - not.median();
            let (low, high) = exists.difference(&not);
            let (same, near) = (answers.len() == 1, apart.abs() <= APART);
            holds &= same && near;
            println!(
                "{name:<12}{asked:<44}{:>8}{:>10.2}{:>10.2}{apart:>9.2}{:>18}  {}{}",
                exists.len() + not.len(),
                exists.median(),
                not.median(),
                format!("{low:.2} to {high:.2}"),
                if same { "the same bytes" } else { "DIFFERENT" },
                if near { "" } else { ", TOO FAR APART" },
            );
            for answer in answers.iter().filter(|_| !same) {
                println!("    {answer}");
            }
        }
        world.stop().await;
    }
    Ok(if holds { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Asks everything of a case in random order; answers the times of both kinds and the different answers.
async fn measure(case: Case) -> anyhow::Result<(Sample, Sample, BTreeSet<String>)> {
    let mut asked: Vec<_> = case.exists.into_iter().map(|question| (true, question)).collect();
    asked.extend(case.does_not.into_iter().map(|question| (false, question)));
    asked.shuffle(&mut rand::rng());
    let (mut exists, mut not, mut answers) = (Sample::default(), Sample::default(), BTreeSet::new());
    for (place, (is_there, question)) in asked.into_iter().enumerate() {
        let (time, answer) = question.ask(place).await?;
        if is_there {
            exists.add(time)
        } else {
            not.add(time)
        }
        answers.insert(answer);
    }
    Ok((exists, not, answers))
}
