//! What an adapter is given: its settings, secrets, and what it may do.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use komunala_domain::{Currency, ProviderId};
use komunala_sandbox::{Manifest, Policy, Secrets, SettingFormat};
use secrecy::SecretString;
use url::Url;

use crate::{Recording, Subjects, recording::Scrubber};

/// An operator's side of an adapter, as a settings file or an author's flags say it.
#[derive(Debug, Clone)]
pub struct Provision {
    /// Whose adapter it is.
    pub provider: ProviderId,
    /// The provider's currency.
    pub currency: Currency,
    /// The provider's time zone.
    pub time_zone: TimeZone,
    /// What it may do.
    pub policy: Policy,
    /// The secrets that the policy names.
    pub secrets: BTreeMap<String, SecretString>,
}

/// Where an adapter's answers come from.
#[derive(Debug, Clone)]
pub enum Source {
    /// A billing system.
    Live(Box<Provision>),
    /// What one answered once.
    Recording(Recording),
}

impl Provision {
    /// Settings from an author's flags, for a billing system that may be on this machine: whatever the manifest asks for
    /// is allowed.
    pub fn of_author(
        manifest: &Manifest,
        subjects: &Subjects,
        settings: BTreeMap<String, String>,
        secrets: BTreeMap<String, SecretString>,
    ) -> Self {
        Self {
            provider: "check".parse().expect("a short word"),
            currency: subjects.currency,
            time_zone: subjects.time_zone.clone(),
            policy: everything(manifest, settings),
            secrets,
        }
    }

    /// What a recording stands in for: no credential, and placeholders where secrets would be.
    pub(crate) fn of_recording(manifest: &Manifest, subjects: &Subjects, recording: &Recording) -> Self {
        let secret = |name: &String| (name.clone(), SecretString::from(crate::recording::placeholder(name)));
        let secrets = manifest.http.secrets.iter().map(secret).collect();
        let known = |(name, _): &(&String, &String)| manifest.settings.contains_key(*name);
        let settings = recording.settings.iter().filter(known).map(|(name, value)| (name.clone(), value.clone()));
        Self::of_author(manifest, subjects, settings.collect(), secrets)
    }

    /// The secrets in the form that the sandbox takes.
    pub(crate) fn secrets(&self) -> Secrets {
        self.secrets.iter().map(|(name, secret)| (name.clone(), secret.clone())).collect()
    }

    /// Takes these secrets out of recordings.
    pub(crate) fn scrubber(&self) -> Scrubber {
        Scrubber::new(self.secrets.iter().map(|(name, secret)| (name.as_str(), secret)))
    }

    /// The settings as a recording keeps them: hosts are nobody's.
    pub(crate) fn recorded_settings(&self, manifest: &Manifest) -> BTreeMap<String, String> {
        let recorded = |(name, value): (&String, &String)| {
            let is_url = manifest.settings.get(name).is_some_and(|ask| ask.format == SettingFormat::Url);
            let value = if is_url { nowhere(name, value) } else { value.clone() };
            (name.clone(), value)
        };
        self.policy.settings.iter().map(recorded).collect()
    }
}

/// The same URL at a host that cannot exist.
fn nowhere(name: &str, url: &str) -> String {
    let path = Url::parse(url).map(|url| url.path().trim_end_matches('/').to_owned()).unwrap_or_default();
    format!("http://{}.invalid{path}", name.replace('_', "-"))
}

fn everything(manifest: &Manifest, settings: BTreeMap<String, String>) -> Policy {
    Policy {
        hosts: vec!["*".parse().expect("the rule for whatever is asked")],
        methods: manifest.http.methods.clone(),
        addresses: ["0.0.0.0/0", "::/0"].map(|range| range.parse().expect("a range")).to_vec(),
        secrets: manifest.http.secrets.clone(),
        settings,
        ..Policy::default()
    }
}
