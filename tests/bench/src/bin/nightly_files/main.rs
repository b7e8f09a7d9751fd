//! How fast nightly files come out of the sandbox, and how much memory their adapter takes for it. A program with a
//! report: run it with `--release`.
//!
//! The simulator writes the first night of so many customers. Every file is read to its end, portion by portion, in the
//! sandbox (each call a fresh instance, its answer checked value by value) and beside it by the same code natively.
#![allow(clippy::print_stdout, reason = "a program with a report")]
#![allow(clippy::float_arithmetic, reason = "it divides times")]

mod native;
mod sandboxed;

use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

use clap::Parser;
use jiff::civil::Date;
use komunala_simulators::{
    HeatingExchange,
    heating::{Night, Population},
};

/// Rows of a portion, as the hub asks for them.
const PORTION: u16 = 5000;

/// Reads the first night of a unified bill's customers in the sandbox and natively.
#[derive(Debug, Parser)]
struct Options {
    /// How many customers there are
    #[arg(long, default_value_t = 690_000)]
    customers: u32,
    /// Where to write the files [default: a folder that is gone afterwards]
    #[arg(long)]
    folder: Option<PathBuf>,
}

/// How one file was read.
#[derive(Debug, Default)]
pub(crate) struct Run {
    /// until the first portion came: the whole file was gone over by then
    pub(crate) first: Duration,
    /// until the last portion came
    pub(crate) all: Duration,
    pub(crate) rows: u64,
}

fn main() -> anyhow::Result<()> {
    if cfg!(debug_assertions) {
        println!("NOTE: built without optimisation; run it with --release");
    }
    let options = Options::parse();
    let temporary = tempfile::tempdir()?;
    let folder = options.folder.unwrap_or_else(|| temporary.path().to_owned());
    let exchange = HeatingExchange::create(folder, Population { seed: 7, count: options.customers })?;
    let began = Instant::now();
    let night = Night::first(Date::constant(2024, 8, 15), 1);
    exchange.write(&night)?;
    println!("{} customers, written in {:.1} s", options.customers, began.elapsed().as_secs_f64());

    let sandbox = sandboxed::Sandbox::new(&exchange)?;
    for (id, bytes) in sandbox.files()? {
        let run = sandbox.read(&id)?;
        let floor = native::read(&exchange, &id)?;
        let megabytes = bytes as f64 / 1e6;
        println!(
            "{id}: {megabytes:.0} MB, {} rows; checked in {:.2} s ({:.0} MB/s), read in {:.2} s more ({:.0} rows/s), \
             {:.1} MiB of guest memory at most; natively {:.2} s and {:.2} s, all in all {:.1} times as long",
            run.rows,
            run.first.as_secs_f64(),
            megabytes / run.first.as_secs_f64(),
            (run.all - run.first).as_secs_f64(),
            run.rows as f64 / (run.all - run.first).as_secs_f64().max(1e-3),
            sandbox.most_memory() as f64 / f64::from(1 << 20),
            floor.first.as_secs_f64(),
            (floor.all - floor.first).as_secs_f64(),
            run.all.as_secs_f64() / floor.all.as_secs_f64(),
        );
    }
    Ok(())
}
