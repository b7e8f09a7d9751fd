//! The water and housing billing system's simulator as a program of its own.

use std::io::Write as _;
use std::net::SocketAddr;

use clap::Parser;
use jiff::civil::Date;
use komunala_simulators::{Effect, Rule, SwitchSettings, WaterSimulator};

/// Simulates a water and housing utility's billing system (SOAP 1.1, one request at a time).
///
/// The first line of output is the address it listens on. Customers are generated from the seed, the same every time.
/// While it runs, PUT /_switches makes it fail, DELETE /_switches heals it, GET /_counters tells what it has seen.
#[derive(Debug, Parser)]
#[command(version, after_long_help = EXAMPLES)]
struct Options {
    /// Where to listen; port 0 takes a free one
    #[arg(long, default_value = "127.0.0.1:0", value_name = "ADDRESS")]
    listen: SocketAddr,
    /// How many customers there are, at most 999999
    #[arg(long, default_value_t = 1_000, value_name = "N")]
    customers: u32,
    /// What the customers are generated from
    #[arg(long, default_value_t = 7)]
    seed: u64,
    /// Stop the calendar at this day [default: the real day in Europe/Belgrade]
    #[arg(long, value_name = "YYYY-MM-DD")]
    today: Option<Date>,
    /// The user name of the WS-Security token
    #[arg(long, default_value = "komunala")]
    username: String,
    /// Its password
    #[arg(long, default_value = "water-<secret>")]
    password: String,
    /// Fill PDFs up to this size [default: about 1 kB]
    #[arg(long, value_name = "BYTES")]
    pdf_size: Option<usize>,
    /// Wait before every answer
    #[arg(long, value_name = "MS")]
    latency: Option<u64>,
    /// How the switches stand at the start, as JSON in the form of PUT /_switches
    #[arg(long, value_name = "JSON", value_parser = parse_switches)]
    switches: Option<SwitchSettings>,
    /// Print the customer number and the PIN of so many ordinary customers
    #[arg(long, default_value_t = 0, value_name = "N")]
    list: usize,
}

const EXAMPLES: &str = r#"Examples:
  water-simulator --listen 127.0.0.1:8082 --customers 690000 --list 5
  water-simulator --switches '{"rules":[{"path":"/BillingService.asmx/PrijaviStanje",
      "effect":{"type":"TIMEOUT_AFTER_WRITE","ms":5000},"times":{"next":1}}]}'
  curl -X PUT -H 'content-type: application/json' http://ADDRESS/_switches -d '{"down":true}'

Effects: LATENCY {ms}, STATUS {status, retryAfter {seconds|dateIn}, html}, TIMEOUT {ms}, TIMEOUT_AFTER_WRITE {ms},
  MALFORMED {how: TRUNCATED|HTML|EMPTY|OTHER_SHAPE|NOT_UTF8}. Times: "always", {"next": N}, {"perMille": N}.
Other switches: busy, down (the nightly downtime), openFrom and latePdfsFrom (a month), paging DUPLICATE_ITEMS (in the list
  of changes)."#;

fn parse_switches(json: &str) -> Result<SwitchSettings, serde_json::Error> {
    serde_json::from_str(json)
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let options = Options::parse();
    let mut switches = options.switches.unwrap_or_default();
    switches.rules.extend(options.latency.map(|ms| Rule::new("/", Effect::Latency { ms })));
    let mut builder = WaterSimulator::builder()
        .customers(options.customers)
        .seed(options.seed)
        .credentials(options.username, options.password)
        .switches(switches);
    if let Some(today) = options.today {
        builder = builder.today(today);
    }
    if let Some(size) = options.pdf_size {
        builder = builder.pdf_size(size);
    }
    let simulator = builder.start(options.listen).await?;
    let mut out = std::io::stdout();
    writeln!(out, "{}", simulator.addr)?;
    for customer in simulator.ordinary(options.list) {
        writeln!(out, "{} {}", customer.number(), customer.pin())?;
    }
    out.flush()?;
    tokio::signal::ctrl_c().await?;
    simulator.stop().await;
    Ok(())
}
