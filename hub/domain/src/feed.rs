//! How a provider's data are taken in, where it has a rhythm of its own.

use std::time::Duration;

/// What a provider wants otherwise than the hub does it for all; `None` leaves it to the hub's settings.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FeedRhythm {
    /// How often its feed is followed, and files are looked for.
    pub every: Option<Duration>,
    /// How often what was written for its billing system is handed over, where that exchanges files.
    pub hand_over_every: Option<Duration>,
    /// The age at which a linked account's copies are renewed unasked, where it has neither feed nor files.
    pub renew_after: Option<Duration>,
    /// How long bills and payments out of its files are kept.
    pub keep_for: Option<Duration>,
}
