//! The unified bill's billing system as a program: it writes folders and leaves.

use std::{io::Write as _, path::PathBuf};

use clap::Parser;
use jiff::{ToSpan, civil::Date};
use komunala_simulators::{
    Clock, HeatingExchange,
    heating::{Answering, Kind, Night, Population},
};

/// Simulates the billing system behind a unified bill (heating, water, housing): nightly files in a folder.
///
/// Writes what it would have left in FOLDER/out over some nights, and answers in FOLDER/ack what it finds in FOLDER/in.
/// Customers are generated from the seed, the same every time; memory does not grow with their number.
#[derive(Debug, Parser)]
#[command(version)]
struct Options {
    /// The folder of the exchange; out, in and ack are made below it
    folder: PathBuf,
    /// How many customers there are
    #[arg(long, default_value_t = 1_000, value_name = "N")]
    customers: u32,
    /// What the customers are generated from
    #[arg(long, default_value_t = 7)]
    seed: u64,
    /// The first night [default: today in Europe/Belgrade]
    #[arg(long, value_name = "YYYY-MM-DD")]
    first: Option<Date>,
    /// How many nights; the first one brings everybody, the others what has changed. 0 only answers what is in `in`
    #[arg(long, default_value_t = 1, value_name = "N")]
    nights: u16,
    /// How many months of bills the first night brings
    #[arg(long, default_value_t = 2, value_name = "N")]
    months: u8,
    /// Leave the archives of PDFs out
    #[arg(long)]
    no_documents: bool,
    /// Print the customer number and the PIN of so many ordinary customers
    #[arg(long, default_value_t = 0, value_name = "N")]
    list: usize,
}

fn main() -> std::io::Result<()> {
    let options = Options::parse();
    let population = Population { seed: options.seed, count: options.customers };
    let exchange = HeatingExchange::create(&options.folder, population)?;
    let first = options.first.unwrap_or_else(|| Clock::belgrade().today());
    for night in 0..options.nights {
        let date = first.saturating_add(i64::from(night).days());
        exchange.write(&if night == 0 { Night::first(date, options.months) } else { Night::nightly(date, 1) })?;
    }
    if options.nights > 0 && !options.no_documents {
        let newest = Night::newest_period(first);
        for back in 0..i32::from(options.months) {
            exchange.write_documents(newest.plus(-back))?;
        }
    }
    exchange.acknowledge(&Answering::plainly())?;
    let mut out = std::io::stdout();
    for customer in population.all().filter(|customer| customer.kind() == Kind::Ordinary).take(options.list) {
        writeln!(out, "{} {}", customer.number(), customer.pin())?;
    }
    out.flush()
}
