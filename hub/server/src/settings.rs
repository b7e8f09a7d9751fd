//! Settings: who the tenants, portals and providers of a hub are.
//!
//! A text holds the `[[portals]]` of a tenant, or one `[provider]` with its `[adapter]`, `[grant]` and `[secrets]`. It is
//! declarative and holds no secret: secrets are named, and are elsewhere. It comes from a file that the hub is started
//! with, or from an operator while it runs; what is said here holds for both.

mod brand;
mod document;
mod file;
mod form;
mod letter_text;
mod outages;
mod paths;
mod payment_channel;
mod payment_code;
mod phone_text;
mod portal;
mod provider;
mod sms;

use std::collections::BTreeMap;

use komunala_app::ports::workshop::{PortalSettings as Portals, SettingsProblem, Settled};
use serde::Deserialize;

use crate::secret::SecretSource;

pub use brand::BrandSection;
pub use file::{SettingsError, texts};
pub use form::{FieldKindSettings, FormFieldSettings};
pub use letter_text::{LetterTextSettings, LetterTextsSection, Passage};
pub use outages::OutagesSection;
pub use paths::Paths;
pub use payment_channel::PaymentChannelSettings;
pub use payment_code::PaymentCodeSection;
pub use phone_text::PhoneTextsSection;
pub use portal::{Digest, PortalSettings};
pub use provider::{AdapterSettings, ProviderFile, ProviderSettings};
pub use sms::{JsonSection, SmsRule, SmsSection};

/// What a text says, before it is looked at as a whole.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Content {
    #[serde(default)]
    portals: Vec<PortalSettings>,
    provider: Option<ProviderSettings>,
    adapter: Option<AdapterSettings>,
    #[serde(default)]
    grant: komunala_sandbox::Policy,
    #[serde(default)]
    secrets: BTreeMap<String, SecretSource>,
}

/// A text of settings, read.
#[derive(Debug, Clone)]
pub enum Read {
    /// A provider's.
    Provider(Box<ProviderFile>),
    /// Those of a tenant's portals.
    Portals(Vec<PortalSettings>),
}

impl Read {
    /// Reads a text. Paths in it are made to begin where `paths` says.
    pub fn parse(text: &str, paths: &Paths) -> Result<Self, Vec<SettingsProblem>> {
        let content: Content = decode(text).map_err(|problem| vec![problem])?;
        match (content.provider, content.adapter, content.portals) {
            (Some(mut provider), Some(adapter), portals) if portals.is_empty() => {
                provider.texts.locate(text);
                if let Some(sms) = &mut provider.sms {
                    sms.texts.locate(text);
                }
                let (policy, secrets) = (content.grant, content.secrets);
                ProviderFile { provider, adapter, policy, secrets }.placed(paths).map(Box::new).map(Self::Provider)
            }
            (None, None, portals) if !portals.is_empty() => Ok(Self::Portals(portals)),
            (None, None, _) => Err(wrong("provider", "a text holds [provider] and [adapter], or [[portals]]")),
            (_, _, portals) if !portals.is_empty() => {
                Err(wrong("portals", "[[portals]] and [provider] stand in texts of their own"))
            }
            _ => Err(wrong("provider", "[provider] and [adapter] come together")),
        }
    }

    /// What the use cases make of it; every value that breaks a rule is named.
    pub fn settled(&self) -> Result<Settled, Vec<SettingsProblem>> {
        match self {
            Self::Provider(file) => file.settled().map(Settled::Provider),
            Self::Portals(portals) => {
                let tenant = portals.first().map(|first| first.tenant.clone());
                let tenant = tenant.ok_or_else(|| wrong("portals", "there is none"))?;
                let problems: Vec<_> =
                    portals.iter().enumerate().flat_map(|(index, portal)| portal.problems(index, &tenant)).collect();
                if !problems.is_empty() {
                    return Err(problems);
                }
                let portals = portals.iter().map(PortalSettings::portal).collect();
                Ok(Settled::Portals(Portals { tenant, portals }))
            }
        }
    }
}

/// Reads TOML so that an error names the field and the line.
fn decode<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, SettingsProblem> {
    let line = |error: &toml::de::Error| {
        let start = error.span().map_or(0, |span| span.start.min(text.len()));
        1 + text.as_bytes()[..start].iter().filter(|byte| **byte == b'\n').count()
    };
    let syntax = |error: toml::de::Error| SettingsProblem::new(format!("line {}", line(&error)), error.message());
    let document = toml::Deserializer::parse(text).map_err(syntax)?;
    serde_path_to_error::deserialize(document).map_err(|error| {
        let (path, cause) = (error.path().to_string(), error.into_inner());
        let at = line(&cause);
        // the path of a key that is unknown or missing ends at the table
        let field = if path == "." { format!("line {at}") } else { path };
        SettingsProblem::new(field, format!("line {at}: {}", cause.message()))
    })
}

fn wrong(field: &str, problem: &str) -> Vec<SettingsProblem> {
    vec![SettingsProblem::new(field, problem)]
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROVIDER: &str = r#"
        [provider]
        id = "gas-town"
        tenant = "region"
        name = "Gas"
        country = "RS"
        currency = "RSD"
        time_zone = "Europe/Belgrade"
        languages = ["en"]
        commodity = "gas"
        [adapter]
        name = "gas"
        sha256 = "0000000000000000000000000000000000000000000000000000000000000000"
    "#;

    fn problems(text: &str) -> Vec<String> {
        let read = Read::parse(text, &Paths::of_file("settings/gas.toml")).and_then(|read| read.settled());
        read.unwrap_err().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_sound_text_is_read() {
        let read = Read::parse(PROVIDER, &Paths::of_file("settings/gas.toml")).unwrap();
        assert!(matches!(read.settled(), Ok(Settled::Provider(settings)) if settings.adapter == "gas"));
    }

    #[test]
    fn every_value_that_breaks_a_rule_is_named_at_once() {
        let text = PROVIDER.replace("Europe/Belgrade", "Europe/Atlantis").replace("\"RS\"", "\"Serbia\"");
        let problems = problems(&text);
        assert_eq!(problems.len(), 2, "{problems:?}");
        assert!(problems[0].starts_with("provider.time_zone: "), "{problems:?}");
        assert!(problems[1].starts_with("provider.country: "), "{problems:?}");
    }

    #[test]
    fn a_logo_is_a_picture_that_is_there() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("gas.txt"), "a flame").unwrap();
        for (logo, problem) in [("none.png", "none.png: No such file"), ("gas.txt", "gas.txt: it is no PNG picture")] {
            let text = format!("{PROVIDER}[provider.brand]\nlogo = \"{logo}\"");
            let paths = Paths::of_file(folder.path().join("gas.toml"));
            let problems = Read::parse(&text, &paths).and_then(|read| read.settled()).unwrap_err();
            let said = problems[0].to_string();
            assert!(said.starts_with("provider.brand.logo: ") && said.contains(problem), "{said}");
        }
    }

    #[test]
    fn a_value_of_the_wrong_kind_is_named_by_its_path_and_line() {
        let problems = problems(&PROVIDER.replace("\"RSD\"", "\"DINAR\""));
        assert!(problems[0].starts_with("provider.currency: line 7: "), "{problems:?}");
    }

    #[test]
    fn portals_of_two_tenants_need_two_texts() {
        let portal = |id: &str, tenant: &str| {
            format!("[[portals]]\nid = '{id}'\ntenant = '{tenant}'\nkey_sha256 = []\nproviders = []\n")
        };
        let problems = problems(&(portal("web", "north") + &portal("app", "south")));
        assert!(problems[0].starts_with("portals[1].tenant: "), "{problems:?}");
    }
}
