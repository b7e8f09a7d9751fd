//! `komunala portal …`: the portals of a running hub, and their keys.

mod key;

use std::fmt::Write;

use clap::Subcommand;

use super::{
    connection::{Connection, told},
    print,
};

/// What can be done with portals.
#[derive(Debug, Subcommand)]
pub(super) enum PortalCommand {
    /// List the portals of a tenant, what they show and who may call
    List(List),
    /// Make keys for a portal, see which are used, revoke them
    #[command(subcommand)]
    Key(key::KeyCommand),
}

/// The portals of a tenant.
#[derive(Debug, clap::Args)]
pub(super) struct List {
    /// The tenant
    tenant: String,
    #[command(flatten)]
    connection: Connection,
}

pub(super) async fn run(command: PortalCommand) -> anyhow::Result<()> {
    match command {
        PortalCommand::List(list) => list.run().await,
        PortalCommand::Key(command) => key::run(command).await,
    }
}

impl List {
    async fn run(self) -> anyhow::Result<()> {
        let mut hub = self.connection.open().await?;
        let portals = hub.portals(&format!("tenants/{}", self.tenant)).await;
        let mut report = format!("{:<24} {:<10} origins\n", "portal", "providers");
        for portal in portals.map_err(|error| told(&self.tenant, error))? {
            let id = portal.name.rsplit('/').next().unwrap_or_default();
            let origins = portal.allowed_origins.join(" ");
            writeln!(report, "{id:<24} {:<10} {origins}", portal.providers.len()).expect("a string takes everything");
        }
        print(&report)
    }
}
