//! `adapter.toml`: what an adapter says about itself and asks for.
//!
//! ```
//! let manifest: komunala_sandbox::Manifest = r#"
//!     [adapter]
//!     name = "example"
//!     version = "0.1.0"
//!     contract = "0.1.0"
//!     description = "The billing system of a utility that does not exist"
//!
//!     [http]
//!     hosts = ["setting:base_url"]
//!     methods = ["GET", "POST"]
//!     secrets = []
//!
//!     [settings.base_url]
//!     description = "Where the billing system answers, without a slash at the end"
//!     required = true
//!     format = "url"
//!
//!     [folders.exchange]
//!     description = "Where the nightly files lie"
//!     access = "read"
//!
//!     [limits]
//!     requests = 32
//! "#.parse().unwrap();
//! assert_eq!(manifest.adapter.name, "example");
//! ```
//!
//! An empty list, and a table that is left out, ask for nothing and get nothing. A key that is not known is refused by
//! name. Names of settings, secrets and folders are lower-case letters, digits and `_`, starting with a letter.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::{
    LimitSettings,
    grant::{HostRule, Method},
    setting::SettingFormat,
};

/// A manifest is a page of text; this bounds what is read.
const MAX_BYTES: usize = 64 * 1024;

/// What an adapter says about itself and asks for.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Who it is.
    pub adapter: About,
    /// The requests it makes.
    #[serde(default)]
    pub http: HttpAsks,
    /// What an operator sets, by name.
    #[serde(default)]
    pub settings: BTreeMap<String, SettingAsk>,
    /// The folders it needs, by name: the guest sees `/NAME`.
    #[serde(default)]
    pub folders: BTreeMap<String, FolderAsk>,
    /// Where the defaults do not suit it.
    #[serde(default)]
    pub limits: LimitSettings,
    /// How its author builds it, where that is not cargo's way. Nothing to a hub.
    pub build: Option<BuildAsk>,
}

/// Who an adapter is.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct About {
    /// A short name.
    pub name: String,
    /// Its own version.
    pub version: String,
    /// The version of the contract it was built with.
    pub contract: String,
    /// One line for operators.
    #[serde(default)]
    pub description: String,
}

/// The requests an adapter makes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct HttpAsks {
    /// Where to.
    pub hosts: Vec<HostRule>,
    /// Which methods.
    pub methods: Vec<Method>,
    /// The secrets it names in placeholders `{{secret:NAME}}`.
    pub secrets: Vec<String>,
}

/// A setting.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SettingAsk {
    /// One line for operators.
    #[serde(default)]
    pub description: String,
    /// Whether the adapter cannot do without.
    #[serde(default)]
    pub required: bool,
    /// What it is if nobody sets it.
    pub default: Option<String>,
    /// What its value must look like.
    #[serde(default)]
    pub format: SettingFormat,
}

/// A folder.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FolderAsk {
    /// One line for operators.
    #[serde(default)]
    pub description: String,
    /// What the guest does with it.
    pub access: FolderAccess,
}

/// What a guest may do with a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FolderAccess {
    /// Look.
    Read,
    /// Look and change.
    ReadWrite,
}

/// How a component is built.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BuildAsk {
    /// The program and its arguments, run in the adapter's folder.
    pub command: Vec<String>,
    /// The component that it leaves, relative to the folder.
    pub component: String,
}

/// Why a text is no manifest.
#[derive(Debug, thiserror::Error)]
pub enum ManifestError {
    /// Far larger than a manifest is.
    #[error("the manifest is longer than {MAX_BYTES} bytes")]
    TooLong,
    /// Not TOML, or not these keys.
    #[error("the manifest cannot be read: {0}")]
    Syntax(#[from] toml::de::Error),
    /// A name that is none.
    #[error("`{0}` in the manifest is no name of lower-case letters, digits and `_`")]
    Name(String),
}

impl std::str::FromStr for Manifest {
    type Err = ManifestError;

    fn from_str(text: &str) -> Result<Self, ManifestError> {
        if text.len() > MAX_BYTES {
            return Err(ManifestError::TooLong);
        }
        let manifest: Self = toml::from_str(text)?;
        let names = manifest.settings.keys().chain(manifest.folders.keys()).chain(&manifest.http.secrets);
        match names.into_iter().find(|name| !is_name(name)) {
            Some(name) => Err(ManifestError::Name(name.clone())),
            None => Ok(manifest),
        }
    }
}

/// Whether a text can name a setting, a secret or a folder.
pub(crate) fn is_name(text: &str) -> bool {
    text.len() <= 64
        && text.starts_with(|first: char| first.is_ascii_lowercase())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    const ABOUT: &str = "[adapter]\nname = 'a'\nversion = '1'\ncontract = '0.1.0'\n";

    #[test]
    fn what_a_manifest_leaves_out_it_does_not_ask_for() {
        let manifest: Manifest = ABOUT.parse().unwrap();
        assert!(manifest.http.hosts.is_empty() && manifest.http.methods.is_empty() && manifest.settings.is_empty());
    }

    #[test]
    fn a_key_or_a_name_that_is_wrong_is_named() {
        for (wrong, culprit) in [
            ("[network]\nhosts = []", "network"),
            ("[http]\nhost = []", "host"),
            ("[http]\nmethods = ['TRACE']", "TRACE"),
            ("[http]\nhosts = ['ftp://a']", "ftp"),
            ("[settings.Base-Url]\nrequired = true", "Base-Url"),
            ("[settings.a]\nformat = 'colour'", "colour"),
            ("[limits]\nmemory = 1", "memory"),
        ] {
            let error = format!("{ABOUT}{wrong}").parse::<Manifest>().unwrap_err().to_string();
            assert!(error.contains(culprit), "{error}");
        }
    }
}
