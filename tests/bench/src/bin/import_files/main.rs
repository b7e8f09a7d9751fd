//! Taking in the unified bill's files, beside a bare insert loop of the same rows on the same database.
//!
//! Customers, bills and their lines are taken in as the hub does it: portion by portion, sealed, each portion with the
//! cursor behind it in a transaction. Then the very rows that were kept are written once more into a table of the same
//! columns and indexes by the shortest way there is: `COPY` on PostgreSQL, prepared inserts in transactions on SQLite.
//! What counts is the ratio, and that memory does not grow with the number of customers.
//!
//! ```sh
//! cargo run --release -p komunala-bench --bin import_files
//! ```

mod billing;
mod floor;
mod generated;
mod hub;
mod memory;

use std::time::Instant;

use clap::Parser;
use komunala_app::credentials::RootSecret;
use komunala_store::{KeySettings, Store, StoreSettings};

/// Takes in files of customers, bills and lines on SQLite and on PostgreSQL, and writes the same rows without the hub
#[derive(Debug, Parser)]
struct Options {
    /// Customers; each has a bill
    #[arg(long, default_value_t = 690_000)]
    customers: u64,
    /// Only this database: sqlite or postgresql
    #[arg(long)]
    database: Option<String>,
}

#[tokio::main]
#[allow(clippy::print_stdout, clippy::float_arithmetic, reason = "a report of ratios for people")]
async fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    println!(
        "{:<12}{:>12}{:>12}{:>12}{:>12}{:>8}{:>12}",
        "database", "rows", "hub s", "hub rows/s", "bare rows/s", "ratio", "peak MiB"
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
        memory::forget_peak();
        let started = Instant::now();
        let rows = hub::take_in(store.clone(), options.customers).await?;
        let took = started.elapsed().as_secs_f64();
        // the bare loop is not what is measured here
        let peak = memory::peak_mib();
        store.close().await;

        let (again, bare) = floor::write_again(&url).await?;
        anyhow::ensure!(rows == again, "{rows} rows were taken in, {again} are kept");
        let (hub, bare) = (rows as f64 / took, rows as f64 / bare.as_secs_f64());
        println!("{name:<12}{rows:>12}{took:>12.1}{hub:>12.0}{bare:>12.0}{:>8.2}{peak:>12}", hub / bare);
    }
    Ok(())
}
