//! `komunala provider …`: how the providers of a running hub stand.

use std::fmt::Write;

use clap::Subcommand;
use komunala_grpc::proto::operator::v1::{ProviderSettings, provider_settings::State};

use super::{
    connection::{Connection, told},
    print,
};

/// What can be done with providers.
#[derive(Debug, Subcommand)]
pub(super) enum ProviderCommand {
    /// List the providers: how they stand, and where a settings file says something else than what holds
    List(List),
    /// Let no portal show a provider, and do not ask its billing system; what the hub holds stays
    Disable(OfProvider),
    /// Show a provider again
    Enable(OfProvider),
}

/// All providers.
#[derive(Debug, clap::Args)]
pub(super) struct List {
    #[command(flatten)]
    connection: Connection,
}

/// A provider.
#[derive(Debug, clap::Args)]
pub(super) struct OfProvider {
    /// The provider's id
    provider: String,
    #[command(flatten)]
    connection: Connection,
}

pub(super) async fn run(command: ProviderCommand) -> anyhow::Result<()> {
    match command {
        ProviderCommand::List(list) => {
            let mut hub = list.connection.open().await?;
            let providers = hub.providers().await.map_err(|error| told("providers", error))?;
            print(&report(&providers))
        }
        ProviderCommand::Disable(of) => of.enable(false).await,
        ProviderCommand::Enable(of) => of.enable(true).await,
    }
}

impl OfProvider {
    async fn enable(&self, is_enabled: bool) -> anyhow::Result<()> {
        let mut hub = self.connection.open().await?;
        let answer = hub.enable_provider(format!("providers/{}", self.provider), is_enabled).await;
        let provider = answer.map_err(|error| told(&self.provider, error))?;
        print(&format!("{} is {}\n", self.provider, state(&provider)))
    }
}

fn report(providers: &[ProviderSettings]) -> String {
    let mut report = format!("{:<24} {:<16} {:<10} {:<9} settings\n", "provider", "tenant", "state", "revision");
    let mut line = |text: String| writeln!(report, "{text}").expect("a string takes everything");
    for provider in providers {
        let id = provider.name.trim_start_matches("providers/");
        let settings = match (provider.drifted, provider.revision, provider.file_sha256.is_empty()) {
            (true, _, _) => "applied; the file differs (`komunala apply` brings it in)",
            (false, 0, _) => "from the file",
            (false, _, true) => "applied; there is no file",
            (false, _, false) => "applied, as in the file",
        };
        let (tenant, revision) = (&provider.tenant, provider.revision);
        line(format!("{id:<24} {tenant:<16} {:<10} {revision:<9} {settings}", state(provider)));
        if !provider.problem.is_empty() {
            line(format!("  cannot follow its settings: {}", provider.problem));
        }
    }
    report
}

fn state(provider: &ProviderSettings) -> &'static str {
    match provider.state() {
        State::Serving => "serving",
        State::Paused => "paused",
        State::Disabled => "disabled",
        State::Failing => "failing",
        State::Unspecified => "-",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_says_whose_word_holds() {
        let provider = |name: &str, revision, file: &str, drifted| ProviderSettings {
            name: format!("providers/{name}"),
            revision,
            file_sha256: file.to_owned(),
            drifted,
            state: State::Serving.into(),
            ..Default::default()
        };
        let report = report(&[
            provider("gas", 0, "ab", false),
            provider("water", 3, "ab", true),
            provider("heat", 4, "", false),
        ]);
        let lines: Vec<_> = report.lines().skip(1).collect();
        assert!(lines[0].starts_with("gas ") && lines[0].ends_with("from the file"), "{report}");
        assert!(lines[1].contains("the file differs"), "{report}");
        assert!(lines[2].ends_with("there is no file"), "{report}");
    }
}
