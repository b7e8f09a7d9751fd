//! The program `komunala`.

use std::process::ExitCode;

use clap::Parser;
use komunala_server::commands::{CommandLine, run};

/// A call of an adapter makes and frees a thousand small texts, which the system's allocator takes its time over.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    run(CommandLine::parse()).await
}
