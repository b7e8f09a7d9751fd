//! `komunala delivery …`: mail of a running hub, and what its operator publishes for it.

mod dns;
mod stuck;

use std::fmt::Write;

use clap::Subcommand;
use komunala_grpc::proto::operator::v1;

use super::{
    ConfigurationFile,
    connection::{Connection, told},
    print,
};

/// What can be done with mail.
#[derive(Debug, Subcommand)]
pub(super) enum DeliveryCommand {
    /// Print the DNS records (SPF, DKIM, DMARC, bounces) that make other servers believe the hub's mail
    Dns(ConfigurationFile),
    /// Say whether mail goes out, and how much stands where
    Status(Running),
    /// Let mail go out again that is held because a backup was put back
    Release(Running),
    /// List mail of a provider that was given up, or whose fate nobody knows
    Stuck(stuck::Stuck),
    /// Decide what becomes of a mail whose fate nobody knows
    Resolve(stuck::Resolve),
    /// List the addresses of a tenant that no more mail is sent to
    Suppressed(stuck::Suppressed),
    /// Let mail be sent to an address again
    Lift(stuck::Lift),
}

/// A running hub.
#[derive(Debug, clap::Args)]
pub(super) struct Running {
    #[command(flatten)]
    connection: Connection,
}

pub(super) async fn run(command: DeliveryCommand) -> anyhow::Result<()> {
    match command {
        DeliveryCommand::Dns(file) => dns::run(&file.path),
        DeliveryCommand::Status(Running { connection }) => {
            let delivery = connection.open().await?.delivery().await.map_err(|error| told("delivery", error))?;
            print(&report(&delivery))
        }
        DeliveryCommand::Release(Running { connection }) => {
            let delivery =
                connection.open().await?.release_delivery().await.map_err(|error| told("delivery", error))?;
            print(&report(&delivery))
        }
        DeliveryCommand::Stuck(stuck) => stuck.run().await,
        DeliveryCommand::Resolve(resolve) => resolve.run().await,
        DeliveryCommand::Suppressed(suppressed) => suppressed.run().await,
        DeliveryCommand::Lift(lift) => lift.run().await,
    }
}

fn report(delivery: &v1::Delivery) -> String {
    let mut report = match delivery.is_held {
        false => "mail goes out\n".to_owned(),
        true => format!(
            "mail is held: the database says epoch {}, the documents {}; `komunala delivery release` lets it go\n",
            delivery.database_epoch, delivery.documents_epoch
        ),
    };
    for tally in &delivery.tallies {
        let state = tally.state().as_str_name().trim_start_matches("MESSAGE_STATE_").to_lowercase();
        writeln!(report, "{:<24} {state:<14} {}", tally.provider, tally.count).expect("a string takes everything");
    }
    report
}
