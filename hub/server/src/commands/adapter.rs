//! `komunala adapter …`: what authors and operators do with adapters.

mod author;
mod given;
mod operate;

use clap::Subcommand;

/// What can be done with adapters.
#[derive(Debug, Subcommand)]
pub(super) enum AdapterCommand {
    #[command(flatten)]
    Author(author::AuthorCommand),
    #[command(flatten)]
    Operate(operate::OperateCommand),
}

pub(super) async fn run(command: AdapterCommand) -> anyhow::Result<()> {
    match command {
        AdapterCommand::Author(command) => author::run(command).await,
        AdapterCommand::Operate(command) => operate::run(command).await,
    }
}
