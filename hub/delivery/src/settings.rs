//! What an operator sets: the relay, the sender, and how hard to try.
//!
//! Durations are written the friendly way (`90s`, `5m`, `2h`) or as in ISO 8601 (`PT5M`).

mod limits;
mod relay;
mod retry;
mod texts;
mod timeouts;
mod work;

use std::collections::BTreeMap;

use komunala_domain::{EmailAddress, ProviderId};
use secrecy::SecretString;
use serde::Deserialize;

use crate::{dkim::Signer, return_path::ReturnPaths};

pub use limits::{DomainLimits, LimitSettings};
pub use relay::{RelaySettings, TlsMode};
pub use retry::RetrySettings;
pub use texts::TextSettings;
pub use timeouts::StageTimeouts;
pub use work::WorkSettings;

/// Everything about outgoing mail.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MailSettings {
    /// The server that takes the hub's mail.
    pub relay: RelaySettings,
    /// The servers of providers that have one of their own: it takes their mail, and nobody else's.
    #[serde(default)]
    pub relays: BTreeMap<ProviderId, RelaySettings>,
    /// Whom the mail comes from.
    pub sender: SenderSettings,
    /// How many at once, and for how long; each relay has this for itself.
    #[serde(default)]
    pub work: WorkSettings,
    /// When to try again.
    #[serde(default)]
    pub retry: RetrySettings,
    /// How much at once, and how fast; each relay has this for itself.
    #[serde(default)]
    pub limits: LimitSettings,
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
    /// Where bounces come to; without it they come to the sender's address, where nobody reads them.
    #[serde(skip)]
    pub return_path: Option<ReturnPaths>,
    /// The keys that sign, each for the domain it names.
    #[serde(skip)]
    pub dkim: Vec<Signer>,
}

impl SenderSettings {
    /// The address that a provider's mail comes from.
    pub fn address_for(&self, provider: &ProviderId) -> &EmailAddress {
        self.by_provider.get(provider).unwrap_or(&self.address)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const LEAST: &str = r#"
        [relay]
        host = "smtp.example.rs"

        [sender]
        address = "hub@example.rs"
        message_id_key = "key"
    "#;

    #[test]
    fn a_relay_and_a_sender_are_enough_and_tls_is_required_by_default() {
        let settings: MailSettings = toml::from_str(LEAST).unwrap();
        assert_eq!((settings.relay.port, settings.relay.tls), (587, TlsMode::Required));
        assert!(!settings.relay.allow_plaintext_password);
        assert_eq!(settings.relay.timeouts, StageTimeouts::default());
        assert_eq!(settings.work, WorkSettings::default());
        assert_eq!(settings.retry, RetrySettings::default());
        assert_eq!(settings.limits, LimitSettings::default());
    }

    #[test]
    fn the_default_times_are_those_of_rfc_5321() {
        let minutes = |stage: Duration| stage.as_secs() / 60;
        let times = StageTimeouts::default();
        assert_eq!([times.greeting, times.mail, times.rcpt].map(minutes), [5, 5, 5]);
        assert_eq!([times.data, times.block, times.final_dot].map(minutes), [2, 3, 10]);
    }

    #[test]
    fn durations_are_written_the_friendly_way_and_unknown_keys_refused() {
        let text = format!("{LEAST}[relay.timeouts]\nfinal_dot = \"90s\"\n[work]\ndrain = \"1m 30s\"\n");
        let settings: MailSettings = toml::from_str(&text).unwrap();
        assert_eq!(settings.relay.timeouts.final_dot, Duration::from_secs(90));
        assert_eq!(settings.work.drain, Duration::from_secs(90));
        let error = toml::from_str::<MailSettings>(&format!("{LEAST}[work]\nsesions = 3\n")).unwrap_err();
        assert!(error.to_string().contains("sesions"), "{error}");
    }

    #[test]
    fn a_secret_does_not_show_in_debug_output() {
        let text = LEAST.replace("[relay]", "[relay]\nuser = \"hub\"\npassword = \"hunter2\"");
        let settings: MailSettings = toml::from_str(&text).unwrap();
        assert!(!format!("{settings:?}").contains("hunter2"));
    }
}
