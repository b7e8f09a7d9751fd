//! Settings files: who the tenants, portals and providers of a hub are.
//!
//! A file holds `[[portals]]` of a tenant, or one `[provider]` with its `[adapter]` and `[grant]`. They are declarative
//! and hold no secret: secrets are named, and are elsewhere.

mod portal;
mod provider;

use std::path::{Path, PathBuf};

use serde::Deserialize;

pub use portal::PortalSettings;
pub use provider::{AdapterSettings, ProviderFile, ProviderSettings};

/// Why the settings files could not be used. Every message names the file.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// A file cannot be read.
    #[error("{path}: {cause}", path = .path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why not.
        cause: std::io::Error,
    },
    /// A file says something that no setting is.
    #[error("{path}: {cause}", path = .path.display())]
    Content {
        /// The file.
        path: PathBuf,
        /// What is wrong, and where.
        cause: Box<toml::de::Error>,
    },
    /// A value breaks a rule.
    #[error("{path}: {field}: {problem}", path = .path.display())]
    Value {
        /// The file.
        path: PathBuf,
        /// The field.
        field: &'static str,
        /// What is wrong with it.
        problem: String,
    },
    /// A pattern names no file.
    #[error("no settings file is named {0}")]
    NoFile(String),
}

/// A file's content.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    portals: Vec<PortalSettings>,
    provider: Option<ProviderSettings>,
    adapter: Option<AdapterSettings>,
    #[serde(default)]
    grant: komunala_sandbox::Policy,
    #[serde(default)]
    secrets: std::collections::BTreeMap<String, crate::secret::SecretSource>,
}

/// All settings files of a hub.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// The portals.
    pub portals: Vec<PortalSettings>,
    /// The providers, each with its adapter.
    pub providers: Vec<ProviderFile>,
}

impl Settings {
    /// Reads the files that `patterns` name, relative to `base`. A pattern is a path whose last part may begin with `*`.
    pub fn read(base: &Path, patterns: &[String]) -> Result<Self, SettingsError> {
        let mut settings = Self::default();
        for pattern in patterns {
            for path in files(base, pattern)? {
                settings.add(path)?;
            }
        }
        Ok(settings)
    }

    fn add(&mut self, path: PathBuf) -> Result<(), SettingsError> {
        let text = std::fs::read_to_string(&path).map_err(|cause| SettingsError::Read { path: path.clone(), cause })?;
        let file: File = toml::from_str(&text)
            .map_err(|cause| SettingsError::Content { path: path.clone(), cause: Box::new(cause) })?;
        self.portals.extend(file.portals);
        match (file.provider, file.adapter) {
            (Some(provider), Some(adapter)) => {
                self.providers.push(ProviderFile { path, provider, adapter, policy: file.grant, secrets: file.secrets })
            }
            (None, None) => {}
            _ => {
                return Err(SettingsError::Value {
                    path,
                    field: "provider",
                    problem: "[provider] and [adapter] come together".to_owned(),
                });
            }
        }
        Ok(())
    }
}

fn files(base: &Path, pattern: &str) -> Result<Vec<PathBuf>, SettingsError> {
    let path = base.join(pattern);
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let Some(ending) = name.strip_prefix('*') else {
        return Ok(vec![path]);
    };
    let folder = path.parent().unwrap_or(base);
    let entries = std::fs::read_dir(folder).map_err(|_| SettingsError::NoFile(path.display().to_string()))?;
    let mut found: Vec<_> = entries
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.is_file() && path.to_string_lossy().ends_with(ending))
        .collect();
    found.sort();
    match found.is_empty() {
        true => Err(SettingsError::NoFile(path.display().to_string())),
        false => Ok(found),
    }
}
