//! `komunala audit`: whether the audit log is as it was written.

use std::path::Path;

use anyhow::{bail, ensure};
use clap::Subcommand;
use komunala_app::{audit::Verified, ports::audit::Chain};

use super::{ConfigurationFile, progress};
use crate::{Configuration, start};

/// What can be done with the audit log.
#[derive(Debug, Subcommand)]
pub(super) enum AuditCommand {
    /// Follow every chain from its first link to its last, and say where one breaks; exit code 1 if any does
    ///
    /// The last link of each chain is printed. Written down elsewhere and given back as --expect CHAIN:LENGTH:LINK, it
    /// shows whether the end of a chain was cut off since, which no chain can tell by itself.
    Verify {
        #[command(flatten)]
        file: ConfigurationFile,
        /// What an earlier run printed of a chain: it must still stand there
        #[arg(long = "expect", value_name = "CHAIN:LENGTH:LINK")]
        expected: Vec<String>,
    },
}

pub(super) async fn run(command: AuditCommand) -> anyhow::Result<()> {
    let AuditCommand::Verify { file, expected } = command;
    verify(&file.path, &expected).await
}

async fn verify(path: &Path, expected: &[String]) -> anyhow::Result<()> {
    let hub = start::hub_at_rest(&Configuration::read(path)?).await?;
    let scope = hub.system_scope();
    let (mut broken, mut seen) = (0, Vec::new());
    for chain in hub.audit_chains(&scope).await? {
        let name = chain.name().to_owned();
        let bar = progress::turning(&format!("verifying {name}"));
        let watched = expected.iter().filter_map(|text| text.strip_prefix(&format!("{name}:")).map(str::to_owned));
        let watched: Vec<_> = watched.collect();
        let verified =
            hub.verify_audit(&scope, &chain, |links| bar.set_message(format!("{name}: {links} links"))).await?;
        bar.finish_and_clear();
        match verified {
            Verified::Whole { length, head } => {
                super::print(&format!("whole   {name}:{length}:{}\n", hex(&head)))?;
                for mark in watched {
                    if !stands(&hub, &chain, &mark).await? {
                        super::print(&format!("broken  {name}: {mark} does not stand there any more\n"))?;
                        broken += 1;
                    }
                    seen.push(format!("{name}:{mark}"));
                }
            }
            Verified::Broken { at, why } => {
                super::print(&format!("broken  {name}: at link {at}: {why}\n"))?;
                broken += 1;
                seen.extend(watched.into_iter().map(|mark| format!("{name}:{mark}")));
            }
        }
    }
    let lost: Vec<_> = expected.iter().filter(|mark| !seen.contains(mark)).collect();
    ensure!(lost.is_empty(), "no chain has {}", lost.iter().map(|mark| mark.as_str()).collect::<Vec<_>>().join(", "));
    match broken {
        0 => Ok(()),
        broken => bail!("the audit log is not as it was written: {broken} of the above"),
    }
}

/// Whether a link that was written down as `LENGTH:LINK` still has its place.
async fn stands(hub: &komunala_app::Hub, chain: &Chain, mark: &str) -> anyhow::Result<bool> {
    let Some((place, link)) = mark.split_once(':') else { bail!("{mark} is not of the form LENGTH:LINK") };
    let found = hub.audit_link(&hub.system_scope(), chain, place.parse()?).await?;
    Ok(found.is_some_and(|found| hex(&found) == link))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
