//! Outgoing mail, as the configuration says it: secrets are named here and read when the hub starts.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use jiff::fmt::serde::unsigned_duration::friendly::compact::required as friendly;
use komunala_app::credentials::{CallbackSecret, callback_secret::CallbackSecretTooShort};
use komunala_delivery::{
    LimitSettings, MailSettings, RelaySettings, RetrySettings, ReturnPaths, SenderSettings, StageTimeouts, TlsMode,
    WorkSettings,
    dkim::{KeyError, Signer, SigningKey},
};
use komunala_domain::{EmailAddress, ProviderId};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;

use crate::secret::{SecretError, SecretSource};

/// Outgoing mail.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MailConfiguration {
    /// The server that takes the hub's mail.
    pub relay: Relay,
    /// The servers of providers that have one of their own.
    #[serde(default)]
    pub relays: BTreeMap<ProviderId, Relay>,
    /// Whom the mail comes from.
    pub sender: Sender,
    /// How many at once, and for how long.
    #[serde(default)]
    pub work: WorkSettings,
    /// When to try again.
    #[serde(default)]
    pub retry: RetrySettings,
    /// How much at once, and how fast.
    #[serde(default)]
    pub limits: LimitSettings,
    /// The keys that sign mail for the domains it comes from.
    #[serde(default)]
    pub dkim: Vec<DkimConfiguration>,
    /// Mail that comes back.
    pub bounces: Option<BouncesConfiguration>,
}

/// A key that signs.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DkimConfiguration {
    /// The domain of the addresses that mail comes from.
    pub domain: String,
    /// The name that the key is published under.
    pub selector: String,
    /// Where the private key is, in PEM.
    pub key: SecretSource,
    /// Whether it signs; otherwise it is only published.
    #[serde(default = "signs")]
    pub signs: bool,
}

fn signs() -> bool {
    true
}

/// Mail that comes back.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BouncesConfiguration {
    /// The address that it comes to; each mail's token goes behind its name and a plus sign.
    pub address: EmailAddress,
    /// The Maildir that the mail server delivers it to, where it delivers it to one.
    pub maildir: Option<PathBuf>,
    /// What the mail server shows that hands it in at the hub's pages; nobody can where this is left out.
    pub webhook_secret: Option<SecretSource>,
    /// How often the folder is looked at.
    #[serde(with = "friendly", default = "poll")]
    pub poll: Duration,
}

fn submission() -> u16 {
    587
}

fn poll() -> Duration {
    Duration::from_secs(30)
}

/// Why the mail's settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// A secret is missing.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// A key cannot sign.
    #[error("the key {selector} of {domain}: {cause}")]
    Key {
        /// Its domain.
        domain: String,
        /// Its name.
        selector: String,
        /// Why not.
        cause: KeyError,
    },
    /// The secret of whoever hands in mail that comes back would be guessed.
    #[error("mail.bounces.webhook_secret: {0}")]
    ShortSecret(#[from] CallbackSecretTooShort),
    /// Nobody could reach what hands it in.
    #[error(
        "mail.bounces.webhook_secret: what comes back is handed in at the hub's pages, and there are none: [pages] enabled"
    )]
    NoPages,
    /// The name or the domain of a key is none for DNS.
    #[error("mail.dkim: `{0}` cannot stand in DNS")]
    Name(String),
}

impl BouncesConfiguration {
    /// What the mail server shows, where there is a page for it.
    pub fn secret(&self, base: &Path, has_pages: bool) -> Result<Option<CallbackSecret>, MailError> {
        let Some(source) = &self.webhook_secret else { return Ok(None) };
        let secret = CallbackSecret::new(source.read(base)?)?;
        if has_pages { Ok(Some(secret)) } else { Err(MailError::NoPages) }
    }
}

impl DkimConfiguration {
    /// The key, ready to sign.
    fn signer(&self, base: &Path) -> Result<Signer, MailError> {
        for name in [&self.domain, &self.selector] {
            let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'.' | b'_');
            if !(1..=253).contains(&name.len()) || !name.bytes().all(plain) {
                return Err(MailError::Name(name.chars().take(253).collect()));
            }
        }
        let (domain, selector) = (self.domain.clone(), self.selector.clone());
        let key = SigningKey::from_pem(self.key.read(base)?.expose_secret());
        let key = key.map_err(|cause| MailError::Key { domain: domain.clone(), selector: selector.clone(), cause })?;
        Ok(Signer { domain, selector, key: Arc::new(key), signs: self.signs })
    }
}

/// The relay and how to speak to it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Relay {
    /// Its host name or address.
    pub host: String,
    /// Its port; 587 where nothing is said.
    #[serde(default = "submission")]
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

impl Relay {
    fn settings(&self, base: &Path) -> Result<RelaySettings, MailError> {
        Ok(RelaySettings {
            host: self.host.clone(),
            port: self.port,
            tls: self.tls,
            roots: self.roots.as_ref().map(|roots| base.join(roots)),
            user: self.user.clone(),
            password: self.password.as_ref().map(|password| password.read(base)).transpose()?,
            allow_plaintext_password: self.allow_plaintext_password,
            hello_name: self.hello_name.clone(),
            timeouts: self.timeouts.clone(),
        })
    }
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
    /// The hosts of the relays that mail from a domain goes over.
    pub(crate) fn hosts_for(&self, domain: &str) -> BTreeSet<&str> {
        let Sender { address, by_provider } = &self.sender;
        let providers = self.relays.keys().chain(by_provider.keys());
        let senders =
            providers.map(|provider| (by_provider.get(provider).unwrap_or(address), self.relays.get(provider)));
        let all = senders.chain([(address, None)]).filter(|(address, _)| address.domain() == domain);
        all.map(|(_, own)| own.unwrap_or(&self.relay).host.as_str()).collect()
    }

    /// The keys that sign, and those that are only published.
    pub fn signers(&self, base: &Path) -> Result<Vec<Signer>, MailError> {
        self.dkim.iter().map(|key| key.signer(base)).collect()
    }

    /// Whether every secret and key that is named here is there and can be used.
    pub(crate) fn check(&self, base: &Path, has_pages: bool) -> Result<(), MailError> {
        self.settings(base, String::new().into(), None)?;
        self.bounces.as_ref().map(|bounces| bounces.secret(base, has_pages)).transpose()?;
        Ok(())
    }

    /// The settings of the delivery, with the secrets in them; `message_ids` is the key of Message-IDs.
    pub fn settings(
        &self,
        base: &Path,
        message_ids: SecretString,
        return_path: Option<ReturnPaths>,
    ) -> Result<MailSettings, MailError> {
        let own = self.relays.iter().map(|(provider, relay)| Ok((provider.clone(), relay.settings(base)?)));
        Ok(MailSettings {
            relay: self.relay.settings(base)?,
            relays: own.collect::<Result<_, MailError>>()?,
            sender: SenderSettings {
                address: self.sender.address.clone(),
                by_provider: self.sender.by_provider.clone(),
                message_id_key: message_ids,
                return_path,
                dkim: self.signers(base)?,
            },
            work: self.work.clone(),
            retry: self.retry.clone(),
            limits: self.limits.clone(),
        })
    }
}
