//! Sending: the hub's outbox, worker and SMTP, beside a bare loop that builds and signs the same mails and writes them to
//! the same server over as many connections.
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

    let floor = floor::send(&options, sink.addr, &signer).await?;
    let bare = rate(options.mails, floor);
    println!(
        "bare   {bare:7.0} mails/s ({} of {} bytes over {} connections)",
        options.mails, options.pdf, options.connections
    );

    let queued = hub::Queued::new(&options, url, files.path()).await?;
    memory::forget_peak();
    let own = rate(options.mails, queued.send(&sink, signer).await?);
    println!("hub    {own:7.0} mails/s on {:?}, {} MiB at most", options.database, memory::peak_mib());
    println!("ratio  {:7.2}", own / bare);
    let sent = u64::try_from(2 * options.mails)?;
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
