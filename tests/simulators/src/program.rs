//! What the simulators that serve have in common as programs.

use std::io::{self, Write as _};
use std::net::SocketAddr;

use clap::Args;

use crate::rule::{Effect, Rule};
use crate::switches::SwitchSettings;

/// The options of every simulator that serves.
#[derive(Debug, Args)]
pub struct Serving {
    /// Where to listen; port 0 takes a free one
    #[arg(long, default_value = "127.0.0.1:0", value_name = "ADDRESS")]
    pub listen: SocketAddr,
    /// What the customers are generated from
    #[arg(long, default_value_t = 7)]
    pub seed: u64,
    /// Wait before every answer
    #[arg(long, value_name = "MS")]
    latency: Option<u64>,
    /// How the switches stand at the start, as JSON in the form of PUT /_switches
    #[arg(long, value_name = "JSON", value_parser = parse_switches)]
    switches: Option<SwitchSettings>,
    /// Print the number and the PIN of so many ordinary customers
    #[arg(long, default_value_t = 0, value_name = "N")]
    pub list: usize,
}

fn parse_switches(json: &str) -> Result<SwitchSettings, serde_json::Error> {
    serde_json::from_str(json)
}

impl Serving {
    /// How the switches stand at the start.
    pub fn switches(&self) -> SwitchSettings {
        let mut switches = self.switches.clone().unwrap_or_default();
        switches.rules.extend(self.latency.map(|ms| Rule::new("/", Effect::Latency { ms })));
        switches
    }
}

/// Prints where a simulator listens, then the numbers and PINs of customers, and waits until the program is interrupted.
pub async fn until_interrupted(
    addr: SocketAddr,
    customers: impl IntoIterator<Item = (String, String)>,
) -> io::Result<()> {
    let mut out = io::stdout();
    writeln!(out, "{addr}")?;
    for (number, pin) in customers {
        writeln!(out, "{number} {pin}")?;
    }
    out.flush()?;
    tokio::signal::ctrl_c().await
}
