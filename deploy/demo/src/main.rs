//! `cargo demo`.

use std::{path::PathBuf, process::ExitCode};

use clap::Parser;
use komunala_demo::{World, WorldSettings, report::Report, story};
use komunala_server::telemetry::{LogFormat, Telemetry, TelemetrySettings};
use tokio::signal::unix::{SignalKind, signal};

/// Starts the billing systems, a mail server and the hub, and tells a customer's story
#[derive(Debug, Parser)]
#[command(name = "cargo demo", version)]
struct Options {
    /// Leave after the story; the exit code is 0 only if every step held
    #[arg(long)]
    once: bool,
    /// Where everything is kept: the database, the mails, the settings, demo.json
    #[arg(long, default_value = "target/demo")]
    dir: PathBuf,
    /// How many customers each provider has
    #[arg(long, default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(100..=690_000))]
    customers: u32,
    /// Start everything, tell nothing
    #[arg(long)]
    no_story: bool,
    /// What of the hub's log is shown on the standard error
    #[arg(long, default_value = "warn")]
    log: String,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Options::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("cargo demo: {error:#}");
            ExitCode::FAILURE
        }
    }
}

#[allow(clippy::print_stdout, reason = "the demo speaks to whoever started it")]
async fn run(options: Options) -> anyhow::Result<()> {
    // what goes wrong shows between the steps
    let _telemetry = Telemetry::start(&TelemetrySettings { log: options.log, format: LogFormat::Text, otlp: None })?;
    let settings = WorldSettings { customers: options.customers, ..WorldSettings::new(options.dir) };
    let world = World::start(settings).await?;
    let _report = Report::write(&world)?;
    println!(
        "The hub answers at {}, mails arrive in {},\nshort messages in {}.",
        world.api,
        world.mail_dir().display(),
        world.sms_dir().display()
    );
    let told = match options.no_story {
        true => Ok(()),
        false => story::tell(&world).await,
    };
    if !options.once && told.is_ok() {
        println!("Everything stays up until Ctrl-C. How to call it: {}", world.report_file().display());
        let mut terminate = signal(SignalKind::terminate())?;
        tokio::select! {
            interrupted = tokio::signal::ctrl_c() => interrupted?,
            _ = terminate.recv() => {}
        }
    }
    world.stop().await;
    told
}
