//! What an author's command line says about the adapter and its billing system.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    str::FromStr,
};

use anyhow::{Context, anyhow, bail};
use komunala_app::ports::workshop::{SettingsProblem, Settled};
use komunala_kit::{AdapterFolder, Provision, Recording, Source, Subjects};

use crate::{
    secret::SecretSource,
    settings::{Paths, Read},
};

/// The adapter, and where its answers come from. Without --settings, --set and --exchange, a
/// recording answers.
#[derive(Debug, clap::Args)]
pub(in crate::commands) struct Given {
    /// The adapter's folder
    #[arg(long, default_value = ".")]
    pub(in crate::commands) folder: PathBuf,
    /// The recording that answers; by default check/recording.json of the folder
    #[arg(long, conflicts_with_all = ["settings", "set", "exchange"])]
    recording: Option<PathBuf>,
    /// A provider's settings file, as a hub has it: the billing system itself answers
    #[arg(long)]
    settings: Option<PathBuf>,
    /// A setting of the adapter: base_url=http://127.0.0.1:8080; the billing system itself answers
    #[arg(long, value_name = "NAME=VALUE")]
    set: Vec<Pair>,
    /// A folder of the exchange of files, which is copied: out=/srv/exchange/out; what the billing system left there answers
    #[arg(long, value_name = "NAME=PATH")]
    exchange: Vec<Pair>,
    /// Where a secret is: password=env:BILLING_PASSWORD or password=file:secrets/billing
    #[arg(long, value_name = "NAME=SOURCE")]
    secret: Vec<Pair>,
}

/// `NAME=VALUE`.
#[derive(Debug, Clone)]
struct Pair(String, String);

impl FromStr for Pair {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, value) = text.split_once('=').ok_or("write NAME=VALUE")?;
        Ok(Self(name.to_owned(), value.to_owned()))
    }
}

impl Given {
    /// Where the answers come from.
    pub(super) fn source(&self, folder: &AdapterFolder, subjects: &Subjects) -> anyhow::Result<Source> {
        let provision = match &self.settings {
            Some(path) => of_settings(path, &self.set)?,
            None if self.set.is_empty() && self.exchange.is_empty() => return self.recorded(folder),
            None => {
                let set = self.set.iter().map(|Pair(name, value)| (name.clone(), value.clone())).collect();
                Provision::of_author(&folder.manifest, subjects, set, BTreeMap::new())
            }
        };
        let mut provision = provision;
        let named = self.exchange.iter().map(|Pair(name, path)| (name.clone(), PathBuf::from(path)));
        provision.policy.folders.extend(named);
        for Pair(name, source) in &self.secret {
            provision.secrets.insert(name.clone(), secret(source)?.read(Path::new("."))?);
        }
        Ok(Source::Live(Box::new(provision)))
    }

    fn recorded(&self, folder: &AdapterFolder) -> anyhow::Result<Source> {
        let path = self.recording.clone().unwrap_or_else(|| folder.recording());
        if !path.is_file() && self.recording.is_none() && !folder.manifest.folders.is_empty() {
            // what exchanges files needs nobody to answer
            return Ok(Source::Recording(Recording::empty()));
        }
        if !path.is_file() {
            bail!(
                "there is no recording at {}: say where the billing system is, with --settings or --set, and keep what it \
                 answers with --record",
                path.display()
            );
        }
        Ok(Source::Recording(Recording::read(&path)?))
    }
}

fn of_settings(path: &Path, set: &[Pair]) -> anyhow::Result<Provision> {
    let name = || path.display().to_string();
    let text = std::fs::read_to_string(path).with_context(name)?;
    let wrong = |problems: Vec<SettingsProblem>| {
        let problems: Vec<_> = problems.iter().map(|problem| format!("{}: {problem}", path.display())).collect();
        anyhow!(problems.join("\n"))
    };
    let read = Read::parse(&text, &Paths::of_file(path)).map_err(wrong)?;
    let Settled::Provider(settled) = read.settled().map_err(wrong)? else {
        bail!("{} must hold a [provider]", path.display())
    };
    let Read::Provider(file) = read else { bail!("{} must hold a [provider]", path.display()) };
    let secrets = file.secrets.iter().map(|(name, source)| Ok((name.clone(), source.read(Path::new(""))?)));
    let mut policy = file.policy.clone();
    policy.settings.extend(set.iter().map(|Pair(name, value)| (name.clone(), value.clone())));
    Ok(Provision {
        provider: settled.provider.id.clone(),
        currency: settled.provider.currency,
        time_zone: settled.provider.time_zone.clone(),
        policy,
        secrets: secrets.collect::<anyhow::Result<_>>().with_context(name)?,
    })
}

fn secret(text: &str) -> anyhow::Result<SecretSource> {
    match text.split_once(':') {
        Some(("env", name)) => Ok(SecretSource::Env(name.to_owned())),
        Some(("file", path)) => Ok(SecretSource::File(path.into())),
        _ => bail!("where a secret is, is said as env:VARIABLE or file:PATH, never by its value"),
    }
}
