//! How many short messages at once, and when to try again.

use std::time::Duration;

use jiff::fmt::serde::unsigned_duration::friendly::compact::required as friendly;
use serde::Deserialize;

use super::RetrySettings;

/// How the worker of short messages works. Gateways, and what they may be sent, are the providers' settings.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TextSettings {
    /// Texts on their way to gateways at the same time.
    pub at_once: u32,
    /// When to try again.
    pub retry: RetrySettings,
    /// How often the queue is looked at when nobody rings.
    #[serde(with = "friendly")]
    pub poll: Duration,
    /// When the hub stops, what is under way has this long to finish.
    #[serde(with = "friendly")]
    pub drain: Duration,
    /// How long a message stays with a worker that says nothing.
    #[serde(with = "friendly")]
    pub lease: Duration,
    /// How long a text whose request got no answer waits for a receipt before it is sent again.
    #[serde(with = "friendly")]
    pub receipts_within: Duration,
}

impl Default for TextSettings {
    fn default() -> Self {
        Self {
            at_once: 32,
            retry: RetrySettings { attempts: 60, ..RetrySettings::default() },
            poll: Duration::from_secs(1),
            drain: Duration::from_secs(10),
            lease: Duration::from_secs(45),
            receipts_within: Duration::from_secs(20),
        }
    }
}
