//! `komunala apply`.

use std::{
    fmt::Write,
    path::{Path, PathBuf},
};

use anyhow::Context;
use komunala_grpc::{client::OperatorClient, proto::operator::v1::ApplyOutcome};

use super::{
    connection::{Connection, told},
    progress,
};

/// Settings for a running hub.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
All files of providers are checked before the first one is applied; those of portals come last, since they name providers. \
Applying a file again changes nothing. From then on the hub goes by what was applied, and no longer by the settings file \
that it was started with.")]
pub(super) struct Apply {
    /// Settings files, each with a [provider] or the [[portals]] of a tenant
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Check only; nothing is changed
    #[arg(long)]
    check: bool,
    #[command(flatten)]
    connection: Connection,
}

struct SettingsFile {
    name: String,
    text: String,
    is_portals: bool,
}

pub(super) async fn run(apply: Apply) -> anyhow::Result<()> {
    let mut files = apply.files.iter().map(|path| read(path)).collect::<anyhow::Result<Vec<_>>>()?;
    files.sort_by_key(|file| file.is_portals);
    let mut hub = apply.connection.open().await?;
    let mut report = String::new();
    for file in files.iter().filter(|file| !file.is_portals) {
        let outcome = put(&mut hub, file, true).await?;
        if apply.check {
            tell(&mut report, file, outcome);
        }
    }
    for file in files.iter().filter(|file| !apply.check || file.is_portals) {
        match put(&mut hub, file, apply.check).await {
            Ok(outcome) => tell(&mut report, file, outcome),
            Err(error) => {
                // what was done before stays done, and must be told
                super::print(&report)?;
                return Err(error);
            }
        }
    }
    super::print(&report)
}

fn read(path: &Path) -> anyhow::Result<SettingsFile> {
    let name = path.display().to_string();
    let text = std::fs::read_to_string(path).with_context(|| name.clone())?;
    // what is wrong with it in detail is for the hub to say
    let is_portals = text.lines().any(|line| line.trim_start().starts_with("[[portals]]"));
    Ok(SettingsFile { name, text, is_portals })
}

async fn put(hub: &mut OperatorClient, file: &SettingsFile, check: bool) -> anyhow::Result<(String, ApplyOutcome)> {
    let doing = if check { "checking" } else { "applying" };
    let progress = progress::turning(&format!("{doing} {}", file.name));
    let done = if file.is_portals {
        let done = hub.apply_portals(file.text.clone(), check).await;
        done.map(|done| (format!("portals of {}", done.tenant), done.outcome()))
    } else {
        let done = hub.apply_provider(file.text.clone(), check).await;
        done.map(|done| (done.name.clone(), done.outcome()))
    };
    progress.finish_and_clear();
    done.map_err(|error| told(&file.name, error))
}

fn tell(report: &mut String, file: &SettingsFile, (subject, outcome): (String, ApplyOutcome)) {
    let outcome = match outcome {
        ApplyOutcome::Applied => "applied",
        ApplyOutcome::Unchanged => "unchanged",
        ApplyOutcome::Valid => "valid",
        ApplyOutcome::Unspecified => "done",
    };
    writeln!(report, "{outcome:<10} {subject:<30} {}", file.name).expect("a string takes everything");
}
