//! What an operator sets: the relay, the sender, and how hard to try.
//!
//! Durations are written the friendly way (`90s`, `5m`, `2h`) or as in ISO 8601 (`PT5M`).

mod relay;
mod retry;
mod timeouts;
mod work;

use std::collections::BTreeMap;

use komunala_domain::{EmailAddress, ProviderId};
use secrecy::SecretString;
use serde::Deserialize;

pub use relay::{RelaySettings, TlsMode};
pub use retry::RetrySettings;
pub use timeouts::StageTimeouts;
pub use work::WorkSettings;

/// Everything about outgoing mail.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MailSettings {
    /// The server that takes the hub's mail.
    pub relay: RelaySettings,
    /// Whom the mail comes from.
    pub sender: SenderSettings,
    /// How many at once, and for how long.
    #[serde(default)]
    pub work: WorkSettings,
    /// When to try again.
    #[serde(default)]
    pub retry: RetrySettings,
}

/// Whom the mail comes from. The name beside the address is the provider's own.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SenderSettings {
    /// The address of the From line and of the envelope.
    pub address: EmailAddress,
    /// Other addresses for some providers.
    #[serde(default)]
    pub by_provider: BTreeMap<ProviderId, EmailAddress>,
    /// The key of the Message-IDs. It must stay the same over restarts and be the same on every replica, or a mail that
    /// is sent twice counts as two.
    pub message_id_key: SecretString,
}

impl SenderSettings {
    /// The address that a provider's mail comes from.
    pub fn address_for(&self, provider: &ProviderId) -> &EmailAddress {
        self.by_provider.get(provider).unwrap_or(&self.address)
    }
}
