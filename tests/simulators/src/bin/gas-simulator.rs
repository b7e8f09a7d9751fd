//! The gas billing system's simulator as a program of its own.

use std::time::Duration;

use clap::{Parser, ValueEnum};
use jiff::civil::Date;
use komunala_simulators::{
    GasSimulator,
    gas::Utility,
    program::{Serving, until_interrupted},
};

/// Simulates a gas utility's billing system (REST and JSON with OAuth2).
///
/// The first line of output is the address it listens on. Customers are generated from the seed, the same every time.
/// While it runs, PUT /_switches makes it fail, DELETE /_switches heals it, GET /_counters tells what it has seen.
#[derive(Debug, Parser)]
#[command(version, after_long_help = EXAMPLES)]
struct Options {
    #[command(flatten)]
    serving: Serving,
    /// Whose billing system it is
    #[arg(long, value_enum, default_value_t = Whose::Ruma)]
    utility: Whose,
    /// How many customers there are
    #[arg(long, default_value_t = 1_000, value_name = "N")]
    customers: u32,
    /// Stop the calendar at this day [default: the real day at the utility]
    #[arg(long, value_name = "YYYY-MM-DD")]
    today: Option<Date>,
    /// The client id with which tokens are fetched
    #[arg(long, default_value = "komunala")]
    client_id: String,
    /// The client secret with which tokens are fetched
    #[arg(long, default_value = "gas-secret")]
    client_secret: String,
    /// How long a token is in force
    #[arg(long, default_value_t = 900, value_name = "SECONDS")]
    token_lifetime: u64,
    /// How many wrong PINs in a row lock a customer
    #[arg(long, default_value_t = 5, value_name = "N")]
    lock_after: u32,
    /// How long a reading stays accepted before it is posted
    #[arg(long, default_value_t = 2_000, value_name = "MS")]
    posting: u64,
    /// Fill PDFs up to this size [default: about 1 kB]
    #[arg(long, value_name = "BYTES")]
    pdf_size: Option<usize>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Whose {
    /// Gas-Ruma: dinars, one bill a month, readings of any past day
    Ruma,
    /// Chernihivgaz: hryvnias, two issuers, privileges and subsidies, readings on the first five days of a month
    Chernihiv,
}

impl From<Whose> for Utility {
    fn from(whose: Whose) -> Self {
        match whose {
            Whose::Ruma => Self::Ruma,
            Whose::Chernihiv => Self::Chernihiv,
        }
    }
}

const EXAMPLES: &str = r#"Examples:
  gas-simulator --listen 127.0.0.1:8081 --customers 20000 --list 5
  gas-simulator --switches '{"rules":[{"path":"/v1/readings","method":"POST",
      "effect":{"type":"TIMEOUT_AFTER_WRITE","ms":5000},"times":{"next":1}}]}'
  curl -X PUT -H 'content-type: application/json' http://ADDRESS/_switches -d '{"rules":[
      {"effect":{"type":"STATUS","status":429,"retryAfter":{"seconds":3}},"times":{"perMille":100}}]}'

Effects: LATENCY {ms}, STATUS {status, retryAfter {seconds|dateIn}, html}, TIMEOUT {ms}, TIMEOUT_AFTER_WRITE {ms},
  MALFORMED {how: TRUNCATED|HTML|EMPTY|OTHER_SHAPE|NOT_UTF8}. Times: "always", {"next": N}, {"perMille": N}.
Other switches: paging (PLAIN, DUPLICATE_ITEMS, LATE_ITEMS, DUPLICATE_PAGES, LATE_PAGES), outdatedVersions, openFrom
  and latePdfsFrom (a month), availableFrom (a day), rejectPostings (a reason), mixedUpPdfs (so many of a
  thousand are those of the invoice before)."#;

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let options = Options::parse();
    let mut builder = GasSimulator::builder()
        .utility(options.utility.into())
        .customers(options.customers)
        .seed(options.serving.seed)
        .client(options.client_id, options.client_secret)
        .token_lifetime(Duration::from_secs(options.token_lifetime))
        .lock_after(options.lock_after)
        .posting(Duration::from_millis(options.posting))
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
