//! `komunala outage …`: interruptions of supply that an operator announces.

mod announcement;
mod report;

use clap::Subcommand;
use komunala_domain::ProviderId;
use komunala_grpc::{client::ClientError, proto::operator::v1};
use uuid::Uuid;

use self::announcement::Said;
use super::{
    connection::{Connection, told},
    print,
};

/// What can be done with outages.
#[derive(Debug, Subcommand)]
pub(super) enum OutageCommand {
    /// See whom an announcement would reach, and when; nothing is announced
    Preview(New),
    /// Announce an outage: whoever subscribed to one of its supply points is told
    Publish(New),
    /// Announce an outage anew: another time, another reason, other supply points; all that was said is replaced
    Change(Change),
    /// Call an outage off
    Cancel(Revision),
    /// See what is announced of an outage, and who was told
    Show(Named),
    /// List the outages of a provider, those of its network's own system included
    List(List),
}

/// An outage of a provider.
#[derive(Debug, clap::Args)]
pub(super) struct New {
    /// The provider
    provider: ProviderId,
    #[command(flatten)]
    said: Said,
    #[command(flatten)]
    connection: Connection,
}

/// What is said of an outage from now on.
#[derive(Debug, clap::Args)]
pub(super) struct Change {
    #[command(flatten)]
    revision: Revision,
    #[command(flatten)]
    said: Said,
}

/// A revision of an outage.
#[derive(Debug, clap::Args)]
pub(super) struct Revision {
    /// The outage's name, as `publish` prints it
    name: String,
    /// The revision that you saw: refused where somebody else made another one since; without it, whichever there is
    #[arg(long, default_value_t = 0, hide_default_value = true)]
    revision: i32,
    #[command(flatten)]
    connection: Connection,
}

/// An outage.
#[derive(Debug, clap::Args)]
pub(super) struct Named {
    /// The outage's name, as `publish` and `list` print it
    name: String,
    #[command(flatten)]
    connection: Connection,
}

/// The outages of a provider.
#[derive(Debug, clap::Args)]
pub(super) struct List {
    /// The provider
    provider: ProviderId,
    #[command(flatten)]
    connection: Connection,
}

pub(super) async fn run(command: OutageCommand) -> anyhow::Result<()> {
    let request_id = Uuid::new_v4().to_string();
    match command {
        OutageCommand::Preview(New { provider, said, connection }) => {
            let announcement = said.read()?;
            let preview = connection.open().await?.preview_outage(provider.as_str(), announcement).await;
            print(&report::preview(&preview.map_err(|error| told("outage", error))?))
        }
        OutageCommand::Publish(New { provider, said, connection }) => {
            let announcement = said.read()?;
            let mut hub = connection.open().await?;
            shown("outage", hub.publish_outage(provider.as_str(), announcement, &request_id).await)
        }
        OutageCommand::Change(Change { revision: Revision { name, revision, connection }, said }) => {
            let announcement = said.read()?;
            let mut hub = connection.open().await?;
            shown(&name, hub.change_outage(&name, revision, announcement, &request_id).await)
        }
        OutageCommand::Cancel(Revision { name, revision, connection }) => {
            shown(&name, connection.open().await?.cancel_outage(&name, revision, &request_id).await)
        }
        OutageCommand::Show(Named { name, connection }) => shown(&name, connection.open().await?.outage(&name).await),
        OutageCommand::List(List { provider, connection }) => {
            let outages = connection.open().await?.outages(provider.as_str()).await;
            print(&report::list(&outages.map_err(|error| told(provider.as_str(), error))?))
        }
    }
}

fn shown(about: &str, outage: Result<v1::PlannedOutage, ClientError>) -> anyhow::Result<()> {
    print(&report::outage(&outage.map_err(|error| told(about, error))?))
}
