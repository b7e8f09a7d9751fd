//! How long each stage of a session may take (RFC 5321, 4.5.3.2).

use std::time::Duration;

use jiff::fmt::serde::unsigned_duration::friendly::compact::required as friendly;
use serde::Deserialize;

/// How long each stage may take, from its first byte out to the last byte of its answer. A relay that answers byte by
/// byte gains nothing.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct StageTimeouts {
    /// Resolving the name and connecting; for each address 30 s are plenty.
    #[serde(with = "friendly")]
    pub connect: Duration,
    /// The TLS handshake.
    #[serde(with = "friendly")]
    pub handshake: Duration,
    /// The relay's greeting.
    #[serde(with = "friendly")]
    pub greeting: Duration,
    /// The answers to EHLO, STARTTLS, each step of AUTH, RSET.
    #[serde(with = "friendly")]
    pub command: Duration,
    /// The answer to MAIL.
    #[serde(with = "friendly")]
    pub mail: Duration,
    /// The answer to RCPT.
    #[serde(with = "friendly")]
    pub rcpt: Duration,
    /// The answer to DATA.
    #[serde(with = "friendly")]
    pub data: Duration,
    /// One block of the body to be taken.
    #[serde(with = "friendly")]
    pub block: Duration,
    /// The whole body to be taken: the RFC has no such bound, and a relay that takes a byte a minute needs one.
    #[serde(with = "friendly")]
    pub body: Duration,
    /// The answer to the final dot. Shorter than a busy relay needs, and mails arrive twice.
    #[serde(with = "friendly")]
    pub final_dot: Duration,
    /// The answer to QUIT, which nothing depends on.
    #[serde(with = "friendly")]
    pub quit: Duration,
}

const fn minutes(minutes: u64) -> Duration {
    Duration::from_secs(minutes * 60)
}

impl Default for StageTimeouts {
    /// What RFC 5321 asks for.
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(30),
            handshake: minutes(1),
            greeting: minutes(5),
            command: minutes(5),
            mail: minutes(5),
            rcpt: minutes(5),
            data: minutes(2),
            block: minutes(3),
            body: minutes(10),
            final_dot: minutes(10),
            quit: Duration::from_secs(5),
        }
    }
}

impl StageTimeouts {
    /// The same bound for every stage: for tests, and for a relay on the same machine.
    pub const fn all(bound: Duration) -> Self {
        Self {
            connect: bound,
            handshake: bound,
            greeting: bound,
            command: bound,
            mail: bound,
            rcpt: bound,
            data: bound,
            block: bound,
            body: bound,
            final_dot: bound,
            quit: bound,
        }
    }
}
