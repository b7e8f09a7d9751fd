//! Outgoing mail, as the configuration says it: secrets are named here and read when the hub starts.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use komunala_delivery::{
    MailSettings, RelaySettings, RetrySettings, SenderSettings, StageTimeouts, TlsMode, WorkSettings,
};
use komunala_domain::{EmailAddress, ProviderId};
use secrecy::SecretString;
use serde::Deserialize;

use crate::secret::{SecretError, SecretSource};

/// Outgoing mail.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MailConfiguration {
    /// The server that takes the hub's mail.
    pub relay: Relay,
    /// Whom the mail comes from.
    pub sender: Sender,
    /// How many at once, and for how long.
    #[serde(default)]
    pub work: WorkSettings,
    /// When to try again.
    #[serde(default)]
    pub retry: RetrySettings,
}

/// The relay and how to speak to it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Relay {
    /// Its host name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is encrypted.
    #[serde(default)]
    pub tls: TlsMode,
    /// PEM certificates to trust instead of the public authorities.
    pub roots: Option<PathBuf>,
    /// The user to authenticate as.
    pub user: Option<String>,
    /// Where the user's password is.
    pub password: Option<SecretSource>,
    /// Whether the password may be sent over a connection that is not encrypted.
    #[serde(default)]
    pub allow_plaintext_password: bool,
    /// The hub's own host name as it says it in EHLO.
    pub hello_name: Option<String>,
    /// How long each stage of a session may take.
    #[serde(default)]
    pub timeouts: StageTimeouts,
}

/// Whom the mail comes from.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sender {
    /// The address of the From line and of the envelope.
    pub address: EmailAddress,
    /// Other addresses for some providers.
    #[serde(default)]
    pub by_provider: BTreeMap<ProviderId, EmailAddress>,
}

impl MailConfiguration {
    /// The settings of the delivery, with the secrets in them.
    pub fn settings(&self, base: &Path, message_id_key: SecretString) -> Result<MailSettings, SecretError> {
        let relay = &self.relay;
        Ok(MailSettings {
            relay: RelaySettings {
                host: relay.host.clone(),
                port: relay.port,
                tls: relay.tls,
                roots: relay.roots.as_ref().map(|roots| base.join(roots)),
                user: relay.user.clone(),
                password: relay.password.as_ref().map(|password| password.read(base)).transpose()?,
                allow_plaintext_password: relay.allow_plaintext_password,
                hello_name: relay.hello_name.clone(),
                timeouts: relay.timeouts.clone(),
            },
            sender: SenderSettings {
                address: self.sender.address.clone(),
                by_provider: self.sender.by_provider.clone(),
                message_id_key,
            },
            work: self.work.clone(),
            retry: self.retry.clone(),
        })
    }
}
