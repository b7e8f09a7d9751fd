//! `komunala keys`: the keys of people, and the master keys that wrap them.

use std::path::Path;

use clap::Subcommand;

use super::{ConfigurationFile, progress};
use crate::{Configuration, start};

/// What can be done with the keys of people.
#[derive(Debug, Subcommand)]
pub(super) enum KeysCommand {
    /// Wrap every key anew by the first master key, while hubs run, and leave
    ///
    /// To change the master key: name the new one as the second in `keys.masters` of every replica; then as the first;
    /// then run this; then drop the old one, and destroy it. Running hubs do the same by themselves, only slower.
    Rotate(ConfigurationFile),
    /// Say how many keys an earlier master key wraps; the earlier one is of use until there is none
    Status(ConfigurationFile),
}

pub(super) async fn run(command: KeysCommand) -> anyhow::Result<()> {
    match command {
        KeysCommand::Rotate(file) => rotate(&file.path).await,
        KeysCommand::Status(file) => status(&file.path).await,
    }
}

async fn rotate(path: &Path) -> anyhow::Result<()> {
    let hub = start::hub_at_rest(&Configuration::read(path)?).await?;
    let scope = hub.system_scope();
    let bar = progress::items("wrapping keys anew", hub.outdated_keys(&scope).await?);
    let done = hub.rewrap_keys(&scope, |done| bar.set_position(done)).await?;
    bar.finish_and_clear();
    super::print(&format!("{done} keys were wrapped anew\n"))
}

async fn status(path: &Path) -> anyhow::Result<()> {
    let hub = start::hub_at_rest(&Configuration::read(path)?).await?;
    let outdated = hub.outdated_keys(&hub.system_scope()).await?;
    super::print(&format!("{outdated} keys are wrapped by an earlier master key\n"))
}
