//! The keys of people, as the configuration says them: where they lie, and what wraps them.

use std::path::Path;

use komunala_app::{
    credentials::{RootSecret, keys::RootSecretTooShort},
    sealing::{MasterId, MasterIdError, MasterKey, MasterKeys, MasterKeysError},
};
use secrecy::ExposeSecret;
use serde::Deserialize;

use crate::secret::{SecretError, SecretSource};

/// The key store and the master keys.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeysConfiguration {
    /// `sqlite://…` or `postgres://…`.
    pub url: secrecy::SecretString,
    /// The master keys, the one that wraps first.
    pub masters: Vec<MasterConfiguration>,
}

/// A master key.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MasterConfiguration {
    /// Its name, which stands beside each key that it wraps.
    pub id: String,
    /// The secret.
    pub secret: SecretSource,
}

/// Why the master keys cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum MasterError {
    /// A name is none.
    #[error("keys.masters: {0:?}: {1}")]
    Id(String, #[source] MasterIdError),
    /// A secret is missing.
    #[error("keys.masters: {0}: {1}")]
    Secret(MasterId, #[source] SecretError),
    /// A secret is too short.
    #[error("keys.masters: {0}: {1}")]
    Short(MasterId, #[source] RootSecretTooShort),
    /// There is none, or two are called the same.
    #[error("keys.masters: {0}")]
    Keys(#[from] MasterKeysError),
}

impl KeysConfiguration {
    /// Reads the master keys; relative files are looked for in `base`.
    pub fn masters(&self, base: &Path) -> Result<MasterKeys, MasterError> {
        let masters: Result<Vec<_>, _> = self.masters.iter().map(|master| master.read(base)).collect();
        Ok(MasterKeys::new(masters?)?)
    }
}

impl MasterConfiguration {
    fn read(&self, base: &Path) -> Result<MasterKey, MasterError> {
        let id: MasterId = self.id.parse().map_err(|error| MasterError::Id(self.id.clone(), error))?;
        let secret = self.secret.read(base).map_err(|error| MasterError::Secret(id.clone(), error))?;
        let secret = RootSecret::new(secret.expose_secret().as_bytes().to_vec());
        let secret = secret.map_err(|error| MasterError::Short(id.clone(), error))?;
        Ok(MasterKey::new(id, &secret))
    }
}
