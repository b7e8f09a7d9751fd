//! What operators do with adapters in a running hub.

mod install;
mod list;

use clap::Subcommand;

use super::super::{
    connection::{Connection, told},
    print, progress,
};

/// What operators do with adapters in a running hub.
#[derive(Debug, Subcommand)]
pub(in crate::commands) enum OperateCommand {
    /// Install a component in a running hub, and switch a provider to it if you name one
    Install(install::Install),
    /// Switch a provider back to the component that served it before; twice leads forth again
    #[command(name = "rollback")]
    RollBack(OfProvider),
    /// Show the installed components, and how each provider's adapter is
    List(list::List),
    /// Stop asking a provider's billing system; what the hub has a copy of is answered all the while
    Disable(OfProvider),
    /// Ask a provider's billing system again
    Enable(OfProvider),
}

/// A provider's adapter.
#[derive(Debug, clap::Args)]
pub(in crate::commands) struct OfProvider {
    /// The provider's id
    provider: String,
    #[command(flatten)]
    connection: Connection,
}

pub(super) async fn run(command: OperateCommand) -> anyhow::Result<()> {
    match command {
        OperateCommand::Install(install) => install::run(install).await,
        OperateCommand::List(list) => list::run(list).await,
        OperateCommand::RollBack(of) => {
            let mut hub = of.connection.open().await?;
            let progress = progress::turning(&format!("switching {} back", of.provider));
            let done = hub.roll_back(of.name()).await;
            progress.finish_and_clear();
            let adapter = done.map_err(|error| told(&of.provider, error))?;
            print(&format!("{} is served by {} again\n", of.provider, adapter.component))
        }
        OperateCommand::Disable(of) => of.enable(false).await,
        OperateCommand::Enable(of) => of.enable(true).await,
    }
}

impl OfProvider {
    fn name(&self) -> String {
        format!("providers/{}/adapter", self.provider)
    }

    async fn enable(&self, is_enabled: bool) -> anyhow::Result<()> {
        let mut hub = self.connection.open().await?;
        hub.enable(self.name(), is_enabled).await.map_err(|error| told(&self.provider, error))?;
        let state = if is_enabled { "asked again" } else { "not asked any more" };
        print(&format!("the billing system of {} is {state}\n", self.provider))
    }
}
