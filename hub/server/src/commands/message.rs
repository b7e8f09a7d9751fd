//! `komunala message …`: letters and texts for phones, before anybody gets them.

mod given;
mod phones;
mod preview;

use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub(super) enum MessageCommand {
    /// Show a letter, or a text for phones, as its reader would get it, with made-up values; nothing is sent, and no hub is asked
    Preview(preview::Preview),
}

pub(super) fn run(command: MessageCommand) -> anyhow::Result<()> {
    match command {
        MessageCommand::Preview(preview) => preview::run(&preview),
    }
}
