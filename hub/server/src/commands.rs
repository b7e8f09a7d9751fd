//! What `komunala` can be told on the command line.

mod adapter;
mod apply;
mod audit;
mod bill_run;
mod connection;
mod delivery;
mod doctor;
mod keys;
mod message;
mod migrate;
mod outage;
mod portal;
mod portal_key;
mod problems;
mod progress;
mod provider;
mod serve;
mod tenant;

use std::{path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};
use jiff::Timestamp;

/// One portal backend for many municipal utilities.
#[derive(Debug, Parser)]
#[command(name = "komunala", version, about, long_about = None, propagate_version = true)]
pub struct CommandLine {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the hub until it is told to stop (Ctrl-C or SIGTERM)
    Serve(ConfigurationFile),
    /// Bring the database's schema up to date, under a lock, and leave
    Migrate(ConfigurationFile),
    /// Check the configuration, the settings files, the adapters and the database, and say what is wrong
    Doctor(ConfigurationFile),
    /// List what was put aside while providers' data were taken in: records, pages, files
    Problems {
        #[command(flatten)]
        file: ConfigurationFile,
        /// Of this provider alone
        #[arg(long)]
        provider: Option<komunala_domain::ProviderId>,
    },
    /// Look whether the audit log is as it was written
    #[command(subcommand)]
    Audit(audit::AuditCommand),
    /// See how mail stands, what to publish for it, what is stuck; let it go where it is held
    #[command(subcommand)]
    Delivery(delivery::DeliveryCommand),
    /// See what the hub's letters look like, in a provider's own words or in the hub's
    #[command(subcommand)]
    Message(message::MessageCommand),
    /// Send the bills of a month: start a run, watch it, hold it, end it, list what needs paper
    #[command(subcommand)]
    BillRun(bill_run::BillRunCommand),
    /// Announce interruptions of supply, change them, call them off, see who was told
    #[command(subcommand)]
    Outage(outage::OutageCommand),
    /// Look after the keys that people's data is sealed under
    #[command(subcommand)]
    Keys(keys::KeysCommand),
    /// Print a configuration file with every default and what it is for
    Configuration,
    /// Make a key for a portal that stands in its settings: the key goes to the portal, its digest into the settings
    PortalKey,
    /// See the portals of a running hub; make, list and revoke their keys
    #[command(subcommand)]
    Portal(portal::PortalCommand),
    /// See how the providers of a running hub stand; disable and enable them
    #[command(subcommand)]
    Provider(provider::ProviderCommand),
    /// See, enter and rename the tenants of a running hub
    #[command(subcommand)]
    Tenant(tenant::TenantCommand),
    /// Apply settings files to a running hub: providers, and the portals of a tenant
    Apply(apply::Apply),
    /// Write, build, check and run adapters; install them in a running hub, roll them back, see how they are
    #[command(subcommand)]
    Adapter(adapter::AdapterCommand),
}

#[derive(Debug, clap::Args)]
struct ConfigurationFile {
    /// The configuration file
    #[arg(short, long = "config", env = "KOMUNALA_CONFIG", default_value = "komunala.toml")]
    path: PathBuf,
}

/// Does what the command line says. Exit codes: 0 done, 1 failed, 2 the command line is wrong.
pub async fn run(line: CommandLine) -> ExitCode {
    let done = match line.command {
        Command::Serve(file) => serve::run(&file.path).await,
        Command::Migrate(file) => migrate::run(&file.path).await,
        Command::Doctor(file) => Box::pin(doctor::run(&file.path)).await,
        Command::Problems { file, provider } => problems::run(&file.path, provider.as_ref()).await,
        Command::Audit(command) => audit::run(command).await,
        Command::Delivery(command) => Box::pin(delivery::run(command)).await,
        Command::Message(command) => message::run(command),
        Command::BillRun(command) => Box::pin(bill_run::run(command)).await,
        Command::Outage(command) => Box::pin(outage::run(command)).await,
        Command::Keys(command) => keys::run(command).await,
        Command::Configuration => print(crate::configuration::DEFAULTS),
        Command::PortalKey => print(&portal_key::make()),
        Command::Portal(command) => portal::run(command).await,
        Command::Provider(command) => provider::run(command).await,
        Command::Tenant(command) => tenant::run(command).await,
        Command::Apply(apply) => apply::run(apply).await,
        Command::Adapter(command) => adapter::run(command).await,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("komunala: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Writes to the standard output; a reader that has gone is no error of ours.
fn print(text: &str) -> anyhow::Result<()> {
    use std::io::Write;
    let _ = std::io::stdout().write_all(text.as_bytes());
    Ok(())
}

/// A moment in UTC, to the minute.
fn minute(seconds: Option<i64>) -> String {
    let at = seconds.and_then(|seconds| Timestamp::from_second(seconds).ok());
    at.map_or("-".to_owned(), |at| at.strftime("%Y-%m-%d %H:%MZ").to_string())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn every_command_and_every_option_has_a_name_of_its_own() {
        super::CommandLine::command().debug_assert();
    }
}
