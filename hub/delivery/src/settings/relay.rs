//! The relay: the one SMTP server that takes the hub's mail.

use std::path::PathBuf;

use secrecy::SecretString;
use serde::Deserialize;

use super::StageTimeouts;

/// How the connection to the relay is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Default)]
#[serde(rename_all = "kebab-case")]
pub enum TlsMode {
    /// STARTTLS, or no mail: a relay that does not offer it (any more) is an error.
    #[default]
    Required,
    /// STARTTLS where it is offered. A handshake that fails is an error here too: whoever stands in between must not
    /// be able to choose.
    Opportunistic,
    /// TLS from the first byte, usually on port 465.
    Implicit,
    /// Never. For a relay on the same machine.
    Off,
}

/// The relay and how to speak to it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RelaySettings {
    /// Its host name or address. Its certificate must be for this name.
    pub host: String,
    /// Its port; 587 is for submission with STARTTLS.
    #[serde(default = "submission")]
    pub port: u16,
    /// How the connection is encrypted.
    #[serde(default)]
    pub tls: TlsMode,
    /// A file of PEM certificates to trust instead of the public authorities.
    #[serde(default)]
    pub roots: Option<PathBuf>,
    /// The user to authenticate as; none where the relay knows the hub by its address.
    #[serde(default)]
    pub user: Option<String>,
    /// The user's password.
    #[serde(default)]
    pub password: Option<SecretString>,
    /// Whether the password may be sent over a connection that is not encrypted.
    #[serde(default)]
    pub allow_plaintext_password: bool,
    /// The hub's own host name as it says it in EHLO; its address when there is none.
    #[serde(default)]
    pub hello_name: Option<String>,
    /// How long each stage of a session may take.
    #[serde(default)]
    pub timeouts: StageTimeouts,
}

fn submission() -> u16 {
    587
}

impl RelaySettings {
    /// A relay with defaults for everything but its place.
    pub fn new(host: impl Into<String>, port: u16, tls: TlsMode) -> Self {
        Self {
            host: host.into(),
            port,
            tls,
            roots: None,
            user: None,
            password: None,
            allow_plaintext_password: false,
            hello_name: None,
            timeouts: StageTimeouts::default(),
        }
    }
}
