//! ListInvoices as a portal calls it, beside a bare tonic server that answers the same bytes.
//!
//! Signed in, over loopback, 24 invoices a call, read from the database at every call. Both servers share the machine
//! with the client, take turns in short rounds, and are called in the same way; what counts is the ratio.
//!
//! ```sh
//! cargo run --release -p komunala-bench --bin list_invoices
//! ```

mod floor;
mod load;

use std::time::Duration;

use anyhow::Context;
use clap::Parser;
use komunala_demo::{Newcomer, World, WorldSettings};
use komunala_grpc::proto::v1::{ListAccountsRequest, ListInvoicesRequest};

/// As in the program `komunala`.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Calls ListInvoices on the hub, on SQLite and on PostgreSQL, and on a bare tonic server
#[derive(Debug, Parser)]
struct Options {
    /// Rounds of each server
    #[arg(long, default_value_t = 5)]
    rounds: u32,
    /// Seconds a round takes
    #[arg(long, default_value_t = 3)]
    seconds: u64,
    /// Calls under way at a time
    #[arg(long, default_value_t = 32)]
    concurrency: usize,
}

#[tokio::main]
#[allow(clippy::print_stdout, clippy::float_arithmetic, reason = "a report of ratios for people")]
async fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    println!("{:<12}{:>12}{:>12}{:>12}", "database", "hub 1/s", "bare 1/s", "ratio");
    let folder = tempfile::tempdir()?;
    let databases = [("SQLite", None), ("PostgreSQL", Some(komunala_test_postgres::empty_database().await?))];
    for (name, database_url) in databases {
        let settings = WorldSettings {
            api: "127.0.0.1:0".parse()?,
            database_url,
            configuration: "[api]\ntenant_rate = 1000000\ntenant_burst = 1000000\n[telemetry]\nlog = \"off\""
                .parse()?,
            providers: vec!["gas-ruma"],
            ..WorldSettings::new(folder.path().join(name))
        };
        let world = World::start(settings).await?;
        let (customer, _) = Newcomer::at(&world.region, 0)?.settle(world.api, &world.region).await?;
        let listed = customer.accounts().list_accounts(ListAccountsRequest::default()).await?.into_inner();
        let account = listed.accounts.into_iter().next().context("no account is linked")?;
        let request = ListInvoicesRequest { parent: account.name, page_size: 50, ..Default::default() };
        let answer = customer.invoices().list_invoices(request.clone()).await?.into_inner();
        anyhow::ensure!(answer.invoices.len() == 24, "{} invoices instead of 24", answer.invoices.len());
        let bare = floor::start(answer).await?;

        let (mut hub_rates, mut bare_rates) = (Vec::new(), Vec::new());
        for _ in 0..options.rounds {
            let time = Duration::from_secs(options.seconds);
            hub_rates.push(load::rate(&customer, &request, options.concurrency, time).await?);
            let there = floor::customer(bare).await?;
            bare_rates.push(load::rate(&there, &request, options.concurrency, time).await?);
        }
        let (hub, bare) = (median(hub_rates), median(bare_rates));
        println!("{name:<12}{hub:>12.0}{bare:>12.0}{:>12.3}", hub / bare);
        world.stop().await;
    }
    Ok(())
}

fn median(mut rates: Vec<f64>) -> f64 {
    rates.sort_by(f64::total_cmp);
    rates[rates.len() / 2]
}
