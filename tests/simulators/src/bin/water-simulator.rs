//! The water and housing billing system's simulator as a program of its own.

use clap::Parser;
use jiff::civil::Date;
use komunala_simulators::{
    WaterSimulator,
    program::{Serving, until_interrupted},
};

/// Simulates a water and housing utility's billing system (SOAP 1.1, one request at a time).
///
/// The first line of output is the address it listens on. Customers are generated from the seed, the same every time.
/// While it runs, PUT /_switches makes it fail, DELETE /_switches heals it, GET /_counters tells what it has seen.
#[derive(Debug, Parser)]
#[command(version, after_long_help = EXAMPLES)]
struct Options {
    #[command(flatten)]
    serving: Serving,
    /// How many customers there are, at most 999999
    #[arg(long, default_value_t = 1_000, value_name = "N")]
    customers: u32,
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

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let options = Options::parse();
    let mut builder = WaterSimulator::builder()
        .customers(options.customers)
        .seed(options.serving.seed)
        .credentials(options.username, options.password)
        .switches(options.serving.switches());
    if let Some(today) = options.today {
        builder = builder.today(today);
    }
    if let Some(size) = options.pdf_size {
        builder = builder.pdf_size(size);
    }
    let simulator = builder.start(options.serving.listen).await?;
    let listed =
        simulator.ordinary(options.serving.list).into_iter().map(|customer| (customer.number(), customer.pin()));
    until_interrupted(simulator.addr, listed).await?;
    simulator.stop().await;
    Ok(())
}
