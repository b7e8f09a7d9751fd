//! The configuration file: where a hub listens, keeps its data and finds everything else.
//!
//! `komunala.toml` beside this crate's manifest holds every value with its default and says what it is for; it is
//! compiled in, so what is documented there is what holds.

mod access;
mod feed;
mod guessing;
mod keys;
mod mail;
mod operator;
mod pages;

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

use figment::{
    Figment,
    providers::{Env, Format, Toml},
};
use jiff::SignedDuration;
use komunala_app::Retention;
use secrecy::ExposeSecret;
use serde::Deserialize;

use crate::{secret::SecretSource, telemetry::TelemetrySettings};

pub use access::{AccessError, CertificateConfiguration, GrantConfiguration, OidcConfiguration, Word};
pub use feed::FeedConfiguration;
pub use guessing::{AllowanceConfiguration, GuessingConfiguration};
pub use keys::{KeysConfiguration, MasterConfiguration, MasterError};
pub use mail::{BouncesConfiguration, DkimConfiguration, MailConfiguration, MailError};
pub use operator::{KeyConfiguration, KeyError, OperatorConfiguration, SignaturesConfiguration};
pub use pages::{PagesConfiguration, PublicUrlError};

/// The commented file with every default.
pub const DEFAULTS: &str = include_str!("../komunala.toml");

/// Variables that the command line reads; they configure no hub.
const OF_THE_COMMAND_LINE: [&str; 6] =
    ["config", "operator_address", "operator_token_file", "operator_ca", "operator_certificate", "operator_key"];

/// Why a configuration could not be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigurationError {
    /// The file is not there.
    #[error("there is no configuration file {}; `komunala configuration` prints one with every default", .0.display())]
    Missing(PathBuf),
    /// A value is missing, unknown or of the wrong kind.
    #[error("the configuration is wrong: {0}")]
    Content(Box<figment::Error>),
}

/// A hub's configuration.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Configuration {
    /// Settings files.
    pub settings: Vec<String>,
    /// The API.
    pub api: ApiConfiguration,
    /// The operators' listener.
    pub operator: OperatorConfiguration,
    /// Pages and call-backs.
    pub pages: PagesConfiguration,
    /// The database.
    pub database: DatabaseConfiguration,
    /// The keys of people.
    pub keys: KeysConfiguration,
    /// The documents.
    pub documents: Folder,
    /// The secrets.
    pub secrets: SecretsConfiguration,
    /// The adapters.
    pub adapters: AdaptersConfiguration,
    /// The hub's copies.
    pub copies: CopiesConfiguration,
    /// What is kept how long.
    pub retention: RetentionConfiguration,
    /// How providers' data are taken in.
    pub feed: FeedConfiguration,
    /// How often whoever guesses may fail.
    pub guessing: GuessingConfiguration,
    /// Outgoing mail.
    pub mail: MailConfiguration,
    /// Short messages.
    pub sms: komunala_delivery::TextSettings,
    /// Logs, traces and metrics.
    pub telemetry: TelemetrySettings,
    /// Where relative paths begin.
    #[serde(skip)]
    pub base: PathBuf,
}

/// The API's listener and its limits.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApiConfiguration {
    /// Where portals call.
    pub listen: SocketAddr,
    /// For calls that name no deadline.
    pub default_deadline: SignedDuration,
    /// For calls that name a later one.
    pub max_deadline: SignedDuration,
    /// Calls in flight in the whole server.
    pub in_flight: usize,
    /// Calls a second of one tenant.
    pub tenant_rate: std::num::NonZeroU32,
    /// Calls of one tenant at once before the rate counts.
    pub tenant_burst: std::num::NonZeroU32,
    /// How long calls in flight may go on at the end.
    pub drain: SignedDuration,
    /// TLS on the listener.
    pub tls: Option<TlsFiles>,
}

/// A certificate chain and its key, in PEM.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TlsFiles {
    /// The chain.
    pub certificate: PathBuf,
    /// The key.
    pub key: PathBuf,
    /// The authorities that clients' certificates are from, where they may show some.
    pub client_ca: Option<PathBuf>,
    /// Whether they must.
    #[serde(default)]
    pub require_client_certificate: bool,
}

/// The database.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatabaseConfiguration {
    /// `sqlite://…` or `postgres://…`.
    pub url: secrecy::SecretString,
    /// The most connections.
    pub max_connections: u32,
    /// Whether the hub brings the schema up to date at start.
    pub migrate: bool,
}

/// A folder.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Folder {
    /// Where it is.
    pub dir: PathBuf,
}

/// The secrets.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecretsConfiguration {
    /// The root secret.
    pub root: SecretSource,
}

/// The adapters.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AdaptersConfiguration {
    /// A folder per adapter.
    pub dir: PathBuf,
    /// Compiled code.
    pub cache: PathBuf,
    /// Whose signatures count.
    pub signatures: SignaturesConfiguration,
}

/// How old the hub's copies may be.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CopiesConfiguration {
    /// Up to this age a copy is answered as it is.
    pub fresh_for: SignedDuration,
    /// How long a caller waits for a younger one.
    pub wait: SignedDuration,
    /// From this age on a copy is as good as none.
    pub max_stale: SignedDuration,
}

/// How long rows are kept after they are over.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RetentionConfiguration {
    /// Sessions.
    pub sessions: SignedDuration,
    /// Confirmations of addresses.
    pub verifications: SignedDuration,
    /// Messages.
    pub messages: SignedDuration,
}

impl RetentionConfiguration {
    /// As the hub's sweep takes it. What is said to be kept for less than no time goes when it is over.
    pub fn retention(&self) -> Retention {
        let [sessions, verifications, messages] =
            [self.sessions, self.verifications, self.messages].map(|kept| kept.max(SignedDuration::ZERO));
        Retention { sessions, verifications, messages }
    }
}

impl Configuration {
    /// Reads a file over the defaults, and the environment over both.
    pub fn read(path: &Path) -> Result<Self, ConfigurationError> {
        if !path.is_file() {
            return Err(ConfigurationError::Missing(path.to_owned()));
        }
        let figment = Figment::from(Toml::string(DEFAULTS))
            .merge(Toml::file_exact(path))
            .merge(Env::prefixed("KOMUNALA_").ignore(&OF_THE_COMMAND_LINE).split("__"));
        let mut configuration: Self =
            figment.extract().map_err(|error| ConfigurationError::Content(Box::new(error)))?;
        configuration.base = path.parent().map(Path::to_owned).unwrap_or_default();
        Ok(configuration)
    }

    /// A path of the configuration, relative to the file it stands in.
    pub fn path(&self, path: &Path) -> PathBuf {
        self.base.join(path)
    }

    /// The database's URL, with a relative file of SQLite made relative to the configuration.
    pub fn database_url(&self) -> String {
        self.beside(self.database.url.expose_secret())
    }

    /// The key store's URL, in the same way.
    pub fn keys_url(&self) -> String {
        self.beside(self.keys.url.expose_secret())
    }

    fn beside(&self, url: &str) -> String {
        match url.strip_prefix("sqlite://") {
            Some(file) if !file.starts_with([':', '/']) => {
                format!("sqlite://{}", self.base.join(file).display())
            }
            _ => url.to_owned(),
        }
    }
}

/// A duration that must not be negative.
pub(crate) fn positive(duration: SignedDuration) -> std::time::Duration {
    std::time::Duration::try_from(duration).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Configuration, ConfigurationError> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("komunala.toml");
        std::fs::write(&path, text).unwrap();
        Configuration::read(&path)
    }

    #[test]
    fn an_empty_file_is_a_whole_configuration() {
        let configuration = read("").unwrap();
        assert_eq!(configuration.api.listen.port(), 50051);
        assert_eq!(positive(configuration.copies.max_stale).as_secs(), 7 * 24 * 3600);
        assert_eq!(configuration.retention.retention(), Retention::default());
    }

    #[test]
    fn what_the_file_says_of_mail_is_what_the_delivery_takes_by_itself() {
        let mail = read("").unwrap().mail;
        assert_eq!((mail.work, mail.retry, mail.limits), Default::default());
        assert_eq!(mail.relay.timeouts, komunala_delivery::StageTimeouts::default());
        assert!(!mail.relay.allow_plaintext_password && mail.sender.by_provider.is_empty());
    }

    #[test]
    fn a_value_that_nobody_knows_is_refused_by_name() {
        let error = read("[api]\nlissten = \"127.0.0.1:1\"").unwrap_err().to_string();
        assert!(error.contains("lissten"), "{error}");
    }

    #[test]
    fn a_file_of_the_database_lies_beside_the_configuration() {
        let mut configuration = read("").unwrap();
        configuration.base = "/srv/hub".into();
        assert_eq!(configuration.database_url(), "sqlite:///srv/hub/komunala.db?mode=rwc");
    }
}
