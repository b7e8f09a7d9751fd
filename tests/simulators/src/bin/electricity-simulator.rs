//! The electricity billing system's simulator as a program of its own.

use std::io::Write as _;
use std::net::SocketAddr;
use std::time::Duration;

use clap::Parser;
use jiff::Timestamp;
use komunala_simulators::{Effect, ElectricitySimulator, Rule, SwitchSettings};

/// Simulates an electricity distributor's billing system (REST, JSON and metering XML).
///
/// The first line of output is the address it listens on. Payers are generated from the seed, the same every time.
/// While it runs, PUT /_switches makes it fail, DELETE /_switches heals it, GET /_counters tells what it has seen.
#[derive(Debug, Parser)]
#[command(version)]
struct Options {
    /// Where to listen; port 0 takes a free one
    #[arg(long, default_value = "127.0.0.1:0", value_name = "ADDRESS")]
    listen: SocketAddr,
    /// How many payers there are
    #[arg(long, default_value_t = 1_000, value_name = "N")]
    customers: u32,
    /// What the payers are generated from
    #[arg(long, default_value_t = 7)]
    seed: u64,
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
    /// Wait before every answer
    #[arg(long, value_name = "MS")]
    latency: Option<u64>,
    /// How the switches stand at the start, as JSON in the form of PUT /_switches
    #[arg(long, value_name = "JSON", value_parser = parse_switches)]
    switches: Option<SwitchSettings>,
    /// Print the metering point and the PIN of so many ordinary payers
    #[arg(long, default_value_t = 0, value_name = "N")]
    list: usize,
}

fn parse_switches(json: &str) -> Result<SwitchSettings, serde_json::Error> {
    serde_json::from_str(json)
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let options = Options::parse();
    let mut switches = options.switches.unwrap_or_default();
    switches.rules.extend(options.latency.map(|ms| Rule::new("/", Effect::Latency { ms })));
    let mut builder = ElectricitySimulator::builder()
        .customers(options.customers)
        .seed(options.seed)
        .token(options.token)
        .posting(Duration::from_millis(options.posting))
        .switches(switches);
    if let Some(now) = options.now {
        builder = builder.now(now);
    }
    if let Some(quota) = options.quota {
        builder = builder.quota(quota);
    }
    let simulator = builder.start(options.listen).await?;
    let mut out = std::io::stdout();
    writeln!(out, "{}", simulator.addr)?;
    for payer in simulator.ordinary(options.list) {
        writeln!(out, "{} {}", payer.number(), payer.pin())?;
    }
    out.flush()?;
    tokio::signal::ctrl_c().await?;
    simulator.stop().await;
    Ok(())
}
