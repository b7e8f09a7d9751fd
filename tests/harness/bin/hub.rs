//! The program `komunala` with its failpoints, for tests that kill it.

use std::process::ExitCode;

use clap::Parser;
use komunala_server::commands::{CommandLine, run};

#[tokio::main]
async fn main() -> ExitCode {
    let _failpoints = fail::FailScenario::setup();
    run(CommandLine::parse()).await
}
