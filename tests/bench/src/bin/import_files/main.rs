//! Taking in the unified bill's files, beside a bare insert loop of the same rows on the same database.
//!
//! The simulator writes the first night of so many customers: customers, bills with their lines, payments. The hub takes
//! them in as it does in service: the adapter checks each file whole in the sandbox and reads it portion by portion, every
//! value is checked, every row sealed, every portion kept in a transaction with the cursor behind it. Then the very rows
//! that were kept are written once more into a table of the same columns and indexes, as durably, by the shortest way
//! there is: `COPY` on PostgreSQL, prepared inserts in transactions on SQLite. What counts is the ratio, and that memory
//! does not grow with the number of customers: it is that of this whole process, the pools of the sandbox and the
//! adapter's compiled code included.
//!
//! ```sh
//! cargo run --release -p komunala-bench --bin import_files
//! ```

mod floor;
mod hub;

use std::{path::Path, time::Instant};

use clap::Parser;
use jiff::civil::Date;
use komunala_app::credentials::RootSecret;
use komunala_bench::{memory, unified_bill};
use komunala_sandbox::{Engine, EngineSettings};
use komunala_simulators::{
    HeatingExchange,
    heating::{Night, Population},
};
use komunala_store::{KeySettings, Store, StoreSettings};

/// As in the program `komunala`.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Takes in files of customers, bills and payments on SQLite and on PostgreSQL, and writes the same rows without the hub
#[derive(Debug, Parser)]
struct Options {
    /// Customers; most have one bill
    #[arg(long, default_value_t = 690_000)]
    customers: u32,
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
    let folder = tempfile::tempdir()?;
    let exchange = write_files(folder.path(), options.customers)?;
    println!("peak MiB is VmHWM of this process, from before the files were written");
    println!(
        "{:<12}{:>12}{:>10}{:>12}{:>10}{:>12}{:>8}{:>10}",
        "database", "rows", "hub s", "hub rows/s", "bare s", "bare rows/s", "ratio", "peak MiB"
    );
    for name in ["postgresql", "sqlite"] {
        if options.database.as_deref().is_some_and(|only| only != name) {
            continue;
        }
        let folder = tempfile::tempdir()?;
        let url = match name {
            "postgresql" => komunala_test_postgres::empty_database().await?,
            _ => format!("sqlite://{}?mode=rwc", folder.path().join("komunala.db").display()),
        };
        let keys = KeySettings::in_folder(folder.path(), &RootSecret::new(vec![7; 32])?);
        let settings = StoreSettings::new(url.clone(), folder.path().join("documents"), keys);
        Store::migrate(&settings).await?;
        let store = Store::connect(&settings).await?;
        let adapter = unified_bill::adapter(&Engine::new(EngineSettings::default())?, &exchange)?;
        let started = Instant::now();
        let rows = hub::take_in(store.clone(), adapter).await?;
        let took = started.elapsed().as_secs_f64();
        // the bare loop is not what is measured here
        let peak = memory::peak_mib();
        store.close().await;

        let (again, bare) = floor::write_again(&url).await?;
        anyhow::ensure!(rows == again, "{rows} rows were taken in, {again} are kept");
        memory::forget_peak();
        let bare = bare.as_secs_f64();
        let (hub_rate, bare_rate) = (rows as f64 / took, rows as f64 / bare);
        println!(
            "{name:<12}{rows:>12}{took:>10.1}{hub_rate:>12.0}{bare:>10.1}{bare_rate:>12.0}{:>8.2}{peak:>10}",
            hub_rate / bare_rate
        );
    }
    Ok(())
}

/// The first night of so many customers, with the bills of one month.
fn write_files(folder: &Path, customers: u32) -> anyhow::Result<HeatingExchange> {
    let exchange = HeatingExchange::create(folder, Population { seed: 7, count: customers })?;
    exchange.write(&Night::first(Date::constant(2024, 8, 15), 1))?;
    Ok(exchange)
}
