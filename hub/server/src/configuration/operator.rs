//! How operators reach the hub, and whose components they may install.

use std::{net::SocketAddr, path::PathBuf};

use komunala_app::operator::{SignatureKey, Signatures};
use serde::Deserialize;

use super::{CertificateConfiguration, OidcConfiguration, TlsFiles};

/// The operators' listener.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OperatorConfiguration {
    /// Whether there is one.
    pub enabled: bool,
    /// Where operators call.
    pub listen: SocketAddr,
    /// Whether the token of the file below opens it.
    pub bootstrap: bool,
    /// The file of the token for the first steps.
    pub token_file: PathBuf,
    /// The operators who are known by client certificates.
    pub certificates: Vec<CertificateConfiguration>,
    /// Whoever signs operators in.
    pub oidc: Option<OidcConfiguration>,
    /// Whether the listener tells what it offers.
    pub reflection: bool,
    /// Where applied settings may name files and folders.
    pub paths: Vec<PathBuf>,
    /// TLS on the listener.
    pub tls: Option<TlsFiles>,
}

/// Whose signatures of components count.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignaturesConfiguration {
    /// Whether there must be one.
    pub required: bool,
    /// The keys.
    pub keys: Vec<KeyConfiguration>,
}

/// A public key.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyConfiguration {
    /// What operators call it.
    pub name: String,
    /// Ed25519, in base64.
    pub key: String,
}

/// A key that is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("adapters.signatures.keys: `{name}` is {cause}")]
pub struct KeyError {
    name: String,
    cause: komunala_app::operator::NotAKey,
}

impl SignaturesConfiguration {
    /// The signatures, as installing checks them.
    pub fn signatures(&self) -> Result<Signatures, KeyError> {
        let keys = self.keys.iter().map(|KeyConfiguration { name, key }| {
            SignatureKey::new(name.clone(), key).map_err(|cause| KeyError { name: name.clone(), cause })
        });
        Ok(Signatures { required: self.required, keys: keys.collect::<Result<_, _>>()? })
    }
}
