//! How many sessions at once, and for how long.

use std::time::Duration;

use jiff::fmt::serde::unsigned_duration::friendly::compact::required as friendly;
use serde::Deserialize;

/// How the worker works.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct WorkSettings {
    /// Sessions with the relay at the same time. Where there are two or more, a quarter of them is kept for mail that is
    /// not sent to very many.
    pub sessions: usize,
    /// Bytes of documents, pictures and texts in memory at the same time; mails beyond wait. One larger mail passes alone.
    pub memory: u32,
    /// Mails over one session before it is closed; some relays limit it.
    pub mails_per_session: u32,
    /// A session that nobody needs is closed after this long.
    #[serde(with = "friendly")]
    pub idle: Duration,
    /// How often the queue is looked at when nobody rings: other replicas' messages, and those due again.
    #[serde(with = "friendly")]
    pub poll: Duration,
    /// When the hub stops, sessions have this long to finish.
    #[serde(with = "friendly")]
    pub drain: Duration,
    /// How long a message stays with a worker that says nothing. A living one renews it three times as often, so this is
    /// how long a dead one's messages wait.
    #[serde(with = "friendly")]
    pub lease: Duration,
}

impl Default for WorkSettings {
    fn default() -> Self {
        Self {
            sessions: 8,
            memory: 64 * 1024 * 1024,
            mails_per_session: 100,
            idle: Duration::from_secs(10),
            poll: Duration::from_secs(2),
            drain: Duration::from_secs(10),
            lease: Duration::from_secs(30),
        }
    }
}
