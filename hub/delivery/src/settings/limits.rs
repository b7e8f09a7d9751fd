//! How much mail may be under way at once, and how fast it leaves.
//!
//! These are upper bounds: within them the hub finds out by itself what a relay, or the servers of a domain behind it,
//! bear, and takes it slower for whoever answers 421 or 451.

use std::{collections::BTreeMap, num::NonZeroU32, time::Duration};

use jiff::fmt::serde::unsigned_duration::friendly::compact::required as friendly;
use serde::Deserialize;

/// Bounds for the relay, and for domains that mail goes to.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LimitSettings {
    /// Mails a second to the relay; none for as many as it takes.
    pub rate: Option<NonZeroU32>,
    /// What holds for domains that are not named.
    pub each_domain: DomainLimits,
    /// What holds for some domains, by their names in small letters.
    pub domains: BTreeMap<String, DomainLimits>,
    /// How long a domain that does not want more now is left alone; doubled each time up to the longest.
    #[serde(with = "friendly")]
    pub rest: Duration,
    /// No domain is left alone for longer.
    #[serde(with = "friendly")]
    pub longest_rest: Duration,
}

/// Bounds for one domain that mail goes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub struct DomainLimits {
    /// Mails under way at the same time; none for as many as there are sessions.
    pub at_once: Option<NonZeroU32>,
    /// Mails a second; none for as many as it takes.
    pub rate: Option<NonZeroU32>,
}

impl Default for LimitSettings {
    fn default() -> Self {
        Self {
            rate: None,
            each_domain: DomainLimits::default(),
            domains: BTreeMap::new(),
            rest: Duration::from_secs(5),
            longest_rest: Duration::from_secs(5 * 60),
        }
    }
}

impl LimitSettings {
    /// What holds for a domain.
    pub fn of(&self, domain: &str) -> DomainLimits {
        self.domains.get(domain).copied().unwrap_or(self.each_domain)
    }
}
