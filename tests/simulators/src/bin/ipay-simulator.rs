//! The simulator of Ipay as a program of its own.

use clap::Parser;
use komunala_simulators::{
    IpaySimulator,
    program::{Serving, until_interrupted},
};

/// Simulates the payment provider Ipay (XML, HMAC-SHA-512).
///
/// The first line of output is the address it listens on; shops ask at /api302. While it runs, PUT /_till makes it stammer,
/// come late, keep silent or lie towards the shop, GET /_bills tells what it knows; PUT /_switches makes it fail, DELETE
/// /_switches heals it, GET /_counters tells what it has seen.
#[derive(Debug, Parser)]
#[command(version)]
struct Options {
    #[command(flatten)]
    serving: Serving,
    /// The shop
    #[arg(long, default_value = "2023", value_name = "MCH_ID")]
    merchant: String,
    /// What the shop signs with
    #[arg(long, default_value = "ipay-sign-key")]
    key: String,
    /// Where the shop is called back
    #[arg(long, value_name = "ADDRESS")]
    tell: Option<String>,
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let Options { serving, merchant, key, tell } = Options::parse();
    let simulator = IpaySimulator::start(serving.listen, &merchant, &key, serving.switches()).await?;
    if let Some(address) = tell {
        simulator.till.tell(address);
    }
    until_interrupted(simulator.addr, []).await
}
