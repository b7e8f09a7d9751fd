//! The program `komunala`.

use std::process::ExitCode;

use clap::Parser;
use komunala_server::commands::{CommandLine, run};

#[tokio::main]
async fn main() -> ExitCode {
    run(CommandLine::parse()).await
}
