//! What a sink can be told when it starts.

use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

/// How the sink is set up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Settings {
    /// The name with which it greets.
    pub(crate) name: String,
    /// The folder for one file per mail; no files without.
    pub(crate) folder: Option<PathBuf>,
    /// How many mails are kept in memory.
    pub(crate) kept: usize,
    /// The largest message in bytes, announced by SIZE.
    pub(crate) max_size: usize,
    /// The most recipients of one mail.
    pub(crate) max_recipients: usize,
    /// The most sessions at a time; further ones are greeted with 421.
    pub(crate) max_sessions: u64,
    /// How long a client may be silent.
    pub(crate) idle: Duration,
    /// Whether STARTTLS is offered.
    pub(crate) starttls: bool,
    /// Whether mail is taken only over TLS.
    pub(crate) require_tls: bool,
    /// User name and password; AUTH is offered if they are given, over TLS only where STARTTLS is offered.
    pub(crate) credentials: Option<Credentials>,
    /// Whether mail is taken only from clients that have authenticated.
    pub(crate) require_auth: bool,
    /// Whether SMTPUTF8 is offered.
    pub(crate) smtputf8: bool,
    /// How many mails a second are taken; whoever brings more waits.
    pub(crate) rate: Option<NonZeroU32>,
}

/// A user name and a password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Credentials {
    /// The user name.
    pub(crate) user: String,
    /// The password.
    pub(crate) password: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            name: "sink.localhost".to_owned(),
            folder: None,
            kept: 10_000,
            max_size: 32 * 1024 * 1024,
            max_recipients: 100,
            max_sessions: 1_000,
            idle: Duration::from_secs(300),
            starttls: true,
            require_tls: false,
            credentials: None,
            require_auth: false,
            smtputf8: false,
            rate: None,
        }
    }
}
