//! `komunala tenant …`: the tenants of a running hub.

use std::fmt::Write;

use clap::Subcommand;

use super::{
    connection::{Connection, told},
    print,
};

/// What can be done with tenants.
#[derive(Debug, Subcommand)]
pub(super) enum TenantCommand {
    /// List the tenants: those that were entered, and those that settings name
    List(List),
    /// Enter a tenant
    Create(Named),
    /// Call a tenant something else
    Rename(Named),
}

/// All tenants.
#[derive(Debug, clap::Args)]
pub(super) struct List {
    #[command(flatten)]
    connection: Connection,
}

/// A tenant and its name.
#[derive(Debug, clap::Args)]
pub(super) struct Named {
    /// The tenant's id
    tenant: String,
    /// What operators call it
    name: String,
    #[command(flatten)]
    connection: Connection,
}

pub(super) async fn run(command: TenantCommand) -> anyhow::Result<()> {
    match command {
        TenantCommand::List(list) => list.run().await,
        TenantCommand::Create(named) => {
            let made = named.connection.open().await?.create_tenant(&named.tenant, &named.name).await;
            let made = made.map_err(|error| told(&named.tenant, error))?;
            print(&format!("{} is {}\n", made.name, made.display_name))
        }
        TenantCommand::Rename(named) => {
            let name = format!("tenants/{}", named.tenant);
            let renamed = named.connection.open().await?.rename_tenant(name, &named.name).await;
            let renamed = renamed.map_err(|error| told(&named.tenant, error))?;
            print(&format!("{} is {}\n", renamed.name, renamed.display_name))
        }
    }
}

impl List {
    async fn run(self) -> anyhow::Result<()> {
        let mut hub = self.connection.open().await?;
        let tenants = hub.tenants().await.map_err(|error| told("tenants", error))?;
        let mut report = format!("{:<24} {:<10} {:<8} name\n", "tenant", "providers", "portals");
        for tenant in &tenants {
            let id = tenant.name.trim_start_matches("tenants/");
            let (providers, portals) = (tenant.provider_count, tenant.portal_count);
            writeln!(report, "{id:<24} {providers:<10} {portals:<8} {}", tenant.display_name)
                .expect("a string takes everything");
        }
        print(&report)
    }
}
