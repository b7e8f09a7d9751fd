//! The electricity billing system's simulator as a program of its own.

use std::time::Duration;

use clap::Parser;
use jiff::Timestamp;
use komunala_simulators::{
    ElectricitySimulator,
    program::{Serving, until_interrupted},
};

/// Simulates an electricity distributor's billing system (REST, JSON and metering XML).
///
/// The first line of output is the address it listens on. Payers are generated from the seed, the same every time.
/// While it runs, PUT /_switches makes it fail, DELETE /_switches heals it, GET /_counters tells what it has seen.
#[derive(Debug, Parser)]
#[command(version)]
struct Options {
    #[command(flatten)]
    serving: Serving,
    /// How many payers there are
    #[arg(long, default_value_t = 1_000, value_name = "N")]
    customers: u32,
    /// Stop the clock at this moment, such as 2024-10-28T12:00:00+01:00 [default: the real time]
    #[arg(long, value_name = "MOMENT")]
    now: Option<Timestamp>,
    /// The token that every request must show
    #[arg(long, default_value = "electricity-token")]
    token: String,
    /// How long a reading stays accepted before it is posted
    #[arg(long, default_value_t = 2_000, value_name = "MS")]
    posting: u64,
    /// Answer so many requests for readings, and 429 from then on
    #[arg(long, value_name = "N")]
    quota: Option<u32>,
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let options = Options::parse();
    let mut builder = ElectricitySimulator::builder()
        .customers(options.customers)
        .seed(options.serving.seed)
        .token(options.token)
        .posting(Duration::from_millis(options.posting))
        .switches(options.serving.switches());
    if let Some(now) = options.now {
        builder = builder.now(now);
    }
    if let Some(quota) = options.quota {
        builder = builder.quota(quota);
    }
    let simulator = builder.start(options.serving.listen).await?;
    let listed = simulator.ordinary(options.serving.list).into_iter().map(|payer| (payer.number(), payer.pin()));
    until_interrupted(simulator.addr, listed).await?;
    simulator.stop().await;
    Ok(())
}
