//! `komunala message …`: the letters, before anybody gets them.

mod given;
mod preview;

use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub(super) enum MessageCommand {
    /// Show a letter as its reader would get it, with made-up values; nothing is sent, and no hub is asked
    Preview(preview::Preview),
}

pub(super) fn run(command: MessageCommand) -> anyhow::Result<()> {
    match command {
        MessageCommand::Preview(preview) => preview::run(&preview),
    }
}
