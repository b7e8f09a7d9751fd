//! The simulator of Portmone as a program of its own.

use clap::Parser;
use komunala_simulators::{
    PortmoneSimulator,
    program::{Serving, until_interrupted},
};

/// Simulates the payment provider Portmone (a form, and JSON for the result).
///
/// The first line of output is the address it listens on; payers' forms and shops' questions go to /gateway/. While it runs,
/// PUT /_till makes it stammer, come late, keep silent or lie towards the shop, GET /_bills tells what it knows; PUT /_switches
/// makes it fail, DELETE /_switches heals it, GET /_counters tells what it has seen.
#[derive(Debug, Parser)]
#[command(version)]
struct Options {
    #[command(flatten)]
    serving: Serving,
    /// The shop
    #[arg(long, default_value = "1185", value_name = "PAYEE_ID")]
    payee: String,
    /// The name that the shop signs in with
    #[arg(long, default_value = "komunala")]
    login: String,
    /// The password that the shop signs in with
    #[arg(long, default_value = "portmone-password")]
    password: String,
    /// Where the shop is called back
    #[arg(long, value_name = "ADDRESS")]
    tell: Option<String>,
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let Options { serving, payee, login, password, tell } = Options::parse();
    let secret = (login.as_str(), password.as_str());
    let simulator = PortmoneSimulator::start(serving.listen, &payee, secret, serving.switches()).await?;
    if let Some(address) = tell {
        simulator.till.tell(address);
    }
    until_interrupted(simulator.addr, []).await
}
