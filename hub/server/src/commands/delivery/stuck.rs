//! Mail that is stuck, and addresses that it does not reach.

use std::fmt::Write;

use clap::ValueEnum;
use komunala_domain::{ProviderId, TenantId};
use komunala_grpc::proto::operator::v1;

use crate::commands::{
    connection::{Connection, told},
    print,
};

/// Mail of a provider.
#[derive(Debug, clap::Args)]
pub(in crate::commands) struct Stuck {
    /// The provider
    provider: ProviderId,
    /// Mail that was given up or came back, instead of mail whose fate nobody knows
    #[arg(long)]
    failed: bool,
    #[command(flatten)]
    connection: Connection,
}

/// What becomes of a mail.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Decision {
    /// It is sent again
    SendAgain,
    /// It arrived, or need not
    LetBe,
}

/// A mail and what becomes of it.
#[derive(Debug, clap::Args)]
pub(in crate::commands) struct Resolve {
    /// The mail's name, as `stuck` lists it
    name: String,
    /// What becomes of it
    decision: Decision,
    #[command(flatten)]
    connection: Connection,
}

/// Addresses of a tenant.
#[derive(Debug, clap::Args)]
pub(in crate::commands) struct Suppressed {
    /// The tenant
    tenant: TenantId,
    #[command(flatten)]
    connection: Connection,
}

/// An address.
#[derive(Debug, clap::Args)]
pub(in crate::commands) struct Lift {
    /// The name of the entry, as `suppressed` lists it
    name: String,
    #[command(flatten)]
    connection: Connection,
}

impl Stuck {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let state = if self.failed { v1::MessageState::Failed } else { v1::MessageState::Unknown };
        let parent = format!("providers/{}", self.provider);
        let messages = self.connection.open().await?.messages(&parent, state).await;
        let messages = messages.map_err(|error| told(&parent, error))?;
        let mut report = String::new();
        for message in &messages {
            let (name, purpose, reason) = (&message.name, &message.purpose, &message.reason);
            writeln!(report, "{name}  {purpose:<18} {:>3} attempts  {reason}", message.attempts)
                .expect("a string takes everything");
        }
        print(if messages.is_empty() { "none\n" } else { &report })
    }
}

impl Resolve {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let (resolution, said) = match self.decision {
            Decision::SendAgain => (v1::Resolution::SendAgain, "is sent again"),
            Decision::LetBe => (v1::Resolution::LetBe, "is let be"),
        };
        let resolved = self.connection.open().await?.resolve_unknown(&self.name, resolution).await;
        resolved.map_err(|error| told(&self.name, error))?;
        print(&format!("{} {said}\n", self.name))
    }
}

impl Suppressed {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let parent = format!("tenants/{}", self.tenant);
        let found = self.connection.open().await?.suppressions(&parent).await;
        let found = found.map_err(|error| told(&parent, error))?;
        let mut report = String::new();
        for entry in &found {
            let (name, address, provider, status) = (&entry.name, &entry.address, &entry.provider, &entry.status);
            writeln!(report, "{name}  {address:<32} {provider:<20} {status}").expect("a string takes everything");
        }
        print(if found.is_empty() { "none\n" } else { &report })
    }
}

impl Lift {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let lifted = self.connection.open().await?.lift_suppression(&self.name).await;
        lifted.map_err(|error| told(&self.name, error))?;
        print(&format!("mail is sent there again: {}\n", self.name))
    }
}
