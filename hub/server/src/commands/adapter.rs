//! `komunala adapter …`: what authors and operators do with adapters.

use std::path::PathBuf;

use clap::Subcommand;

/// What can be done with adapters.
#[derive(Debug, Subcommand)]
pub(super) enum AdapterCommand {
    /// Write the project of a new adapter: it builds and passes its check at once
    New(NewAdapter),
}

/// The project to write.
#[derive(Debug, clap::Args)]
pub(super) struct NewAdapter {
    /// A short word: lower-case letters, digits and hyphens
    name: String,
    /// The folder to write it in
    #[arg(long, default_value = ".")]
    within: PathBuf,
}

pub(super) async fn run(command: AdapterCommand) -> anyhow::Result<()> {
    match command {
        AdapterCommand::New(new) => {
            anyhow::bail!("this build cannot write {} in {}: it has no template", new.name, new.within.display())
        }
    }
}
