//! A provider's line to its customers' phones: its gateway, how much goes over it, and what may come back.

use std::{
    num::NonZeroU32,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use komunala_domain::PhoneTexts;

use super::grammar::Grammar;
use crate::ports::TextGateway;

/// How much may go over a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caps {
    /// The countries that texts go to, by how their numbers begin: `+386`. No other number gets one.
    pub prefixes: Vec<String>,
    /// Texts a second.
    pub per_second: NonZeroU32,
    /// Texts to one number in 24 hours.
    pub per_number: u32,
    /// Texts to all numbers of one prefix in 24 hours.
    pub per_prefix: u32,
    /// Texts from one number in an hour that are read.
    pub from_number: u32,
}

/// A provider's line to its customers' phones.
pub struct TextLine {
    /// The gateway.
    pub gateway: Arc<dyn TextGateway>,
    /// How much may go over it.
    pub caps: Caps,
    /// What customers may write.
    pub grammar: Grammar,
    /// What the provider says in its own words.
    pub texts: PhoneTexts,
    /// When the next text has its turn.
    next: Mutex<Option<Instant>>,
}

impl TextLine {
    /// A line.
    pub fn new(gateway: Arc<dyn TextGateway>, caps: Caps, grammar: Grammar, texts: PhoneTexts) -> Self {
        Self { gateway, caps, grammar, texts, next: Mutex::default() }
    }

    /// Takes the next turn, if it comes within `patience`; answers how long to wait for it. Otherwise nothing is taken, and
    /// the answer is when to ask again.
    pub(super) fn turn(&self, now: Instant, patience: Duration) -> Result<Duration, Duration> {
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let turn = next.unwrap_or(now).max(now);
        let wait = turn.saturating_duration_since(now);
        if wait > patience {
            return Err(wait);
        }
        *next = Some(turn + Duration::from_secs(1) / self.caps.per_second.get());
        Ok(wait)
    }

    /// How the numbers of a country begin that this one is of; none where it is of no country that texts go to.
    pub(super) fn prefix_of(&self, number: &str) -> Option<&str> {
        let of_it = self.caps.prefixes.iter().filter(|prefix| number.starts_with(prefix.as_str()));
        of_it.max_by_key(|prefix| prefix.len()).map(String::as_str)
    }
}

impl std::fmt::Debug for TextLine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TextLine").field("caps", &self.caps).finish_non_exhaustive()
    }
}
