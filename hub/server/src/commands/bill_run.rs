//! `komunala bill-run …`: the bills of a month on their way.

mod paper;
mod watch;

use clap::Subcommand;
use komunala_domain::{Period, ProviderId};
use komunala_grpc::proto::operator::v1;
use uuid::Uuid;

use super::{
    connection::{Connection, told},
    print,
};

/// What can be done with a run.
#[derive(Debug, Subcommand)]
pub(super) enum BillRunCommand {
    /// Start the run of a provider and month, or open it again for late bills, and watch it
    Start(Start),
    /// Watch a run until it is over: how much has left, how fast, and how long it takes still
    Watch(Named),
    /// Hold a run: no further bill of it leaves
    Pause(Named),
    /// Let a run go on that was paused
    Resume(Named),
    /// End a run: what has not begun to leave is taken back
    Cancel(Named),
    /// List the bills of a run that need paper, as CSV for the printing house
    Paper(Named),
}

/// The run of a provider and month.
#[derive(Debug, clap::Args)]
pub(super) struct Start {
    /// The provider
    provider: ProviderId,
    /// The month, such as 2024-07
    period: Period,
    /// Do not wait until it is over
    #[arg(long)]
    detach: bool,
    #[command(flatten)]
    connection: Connection,
}

/// A run.
#[derive(Debug, clap::Args)]
pub(super) struct Named {
    /// The run's name, as `start` prints it
    name: String,
    #[command(flatten)]
    connection: Connection,
}

pub(super) async fn run(command: BillRunCommand) -> anyhow::Result<()> {
    match command {
        BillRunCommand::Start(start) => start.run().await,
        BillRunCommand::Watch(Named { name, connection }) => watch::watch(&mut connection.open().await?, &name).await,
        BillRunCommand::Pause(Named { name, connection }) => {
            shown(&name, connection.open().await?.pause_bill_run(&name).await)
        }
        BillRunCommand::Resume(Named { name, connection }) => {
            shown(&name, connection.open().await?.resume_bill_run(&name).await)
        }
        BillRunCommand::Cancel(Named { name, connection }) => {
            shown(&name, connection.open().await?.cancel_bill_run(&name).await)
        }
        BillRunCommand::Paper(Named { name, connection }) => paper::list(&mut connection.open().await?, &name).await,
    }
}

impl Start {
    async fn run(self) -> anyhow::Result<()> {
        let Self { provider, period, detach, connection } = self;
        let mut client = connection.open().await?;
        let request_id = Uuid::new_v4().to_string();
        let started = client.start_bill_run(provider.as_str(), &period.to_string(), &request_id).await;
        let run = started.map_err(|error| told("bill run", error))?;
        print(&format!("{}\n", run.name))?;
        match detach {
            true => Ok(()),
            false => watch::watch(&mut client, &run.name).await,
        }
    }
}

fn shown(name: &str, answer: Result<v1::BillRun, komunala_grpc::client::ClientError>) -> anyhow::Result<()> {
    print(&watch::report(&answer.map_err(|error| told(name, error))?))
}
