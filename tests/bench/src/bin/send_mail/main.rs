//! Sending: the hub's outbox, worker and SMTP, beside a bare lettre loop that builds, signs and sends the same mails to the
//! same server over as many connections.
//!
//! The PDFs lie in the document store, the messages in the outbox; what is measured begins when the worker does. The floor
//! keeps its PDFs in memory and no record of anything.

mod floor;
mod hub;

use std::time::{Duration, Instant};

use clap::Parser;
use komunala_bench::{database::Database, mails, memory};
use komunala_sink::SmtpSink;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Measures how fast mail leaves
#[derive(Debug, Parser)]
struct Options {
    /// Mails to send, each way
    #[arg(long, default_value_t = 5_000)]
    mails: usize,
    /// Connections to the server
    #[arg(long, default_value_t = 16)]
    connections: usize,
    /// Bytes of each PDF
    #[arg(long, default_value_t = 30_000)]
    pdf: usize,
    /// The hub's database
    #[arg(long, value_enum, default_value = "sqlite")]
    database: Database,
}

#[tokio::main]
#[allow(clippy::print_stdout, clippy::float_arithmetic, reason = "a report")]
async fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    let files = tempfile::tempdir()?;
    let url = options.database.url(files.path()).await?;
    let sink = SmtpSink::builder().without_tls().kept(0).start("127.0.0.1:0").await?;
    let signer = mails::signer()?;

    let queued = hub::Queued::new(&options, url, files.path()).await?;
    // the floor before and behind: a machine that changes its pace meanwhile is no part of the ratio
    let before = floor::send(&options, sink.addr, &signer).await?;
    memory::forget_peak();
    let own = rate(options.mails, queued.send(&sink, signer.clone()).await?);
    let peak = memory::peak_mib();
    let behind = floor::send(&options, sink.addr, &signer).await?;
    let bare = rate(2 * options.mails, before + behind);

    println!(
        "lettre {bare:7.0} mails/s ({} of {} bytes over {} connections)",
        options.mails, options.pdf, options.connections
    );
    println!("hub    {own:7.0} mails/s on {:?}, {peak} MiB at most", options.database);
    println!("ratio  {:7.2}", own / bare);
    let sent = u64::try_from(3 * options.mails)?;
    anyhow::ensure!(sink.counters.counts().accepted == sent, "{} arrived", sink.counters.counts().accepted);
    Ok(())
}

#[allow(clippy::float_arithmetic, reason = "a rate for people")]
fn rate(mails: usize, took: Duration) -> f64 {
    mails as f64 / took.as_secs_f64()
}

/// Runs something and says how long it took.
async fn timed<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<Duration> {
    let began = Instant::now();
    work.await?;
    Ok(began.elapsed())
}
