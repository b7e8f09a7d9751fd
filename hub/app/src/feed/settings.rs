//! How often, how much at a time, and for how long.

use std::time::Duration;

use komunala_domain::Provider;

/// How providers' data are taken in. A provider's own [rhythm](komunala_domain::FeedRhythm) comes before this.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FeedSettings {
    /// How often a feed is followed and files are looked for.
    pub every: Duration,
    /// How often what was written for a billing system is handed over, where it exchanges files.
    pub hand_over_every: Duration,
    /// How long a replica may show no sign of life before another one goes on with its work.
    pub turn: Duration,
    /// The age at which a linked account's copies are renewed unasked, where the provider has neither feed nor files.
    pub renew_after: Duration,
    /// How many records a page of a feed or a portion of a file has: 1 to 1000.
    pub page: u32,
    /// How long bills and payments out of files are kept.
    pub keep_for: Duration,
    /// How long a problem is shown that is not met again.
    pub keep_problems_for: Duration,
}

impl Default for FeedSettings {
    fn default() -> Self {
        const DAY: Duration = Duration::from_secs(24 * 60 * 60);
        Self {
            every: Duration::from_secs(5 * 60),
            hand_over_every: DAY,
            turn: Duration::from_secs(2 * 60),
            renew_after: DAY / 4,
            page: 1_000,
            keep_for: DAY * 3 * 366,
            keep_problems_for: DAY * 90,
        }
    }
}

impl FeedSettings {
    /// What holds for a provider.
    #[must_use]
    pub fn of(self, provider: &Provider) -> Self {
        let own = provider.feed;
        Self {
            every: own.every.unwrap_or(self.every),
            hand_over_every: own.hand_over_every.unwrap_or(self.hand_over_every),
            renew_after: own.renew_after.unwrap_or(self.renew_after),
            keep_for: own.keep_for.unwrap_or(self.keep_for),
            ..self
        }
    }

    /// The time, a little more or less, so that providers and replicas do not keep step.
    pub(crate) fn about(time: Duration) -> Duration {
        let spread = u32::from(uuid::Uuid::now_v7().as_bytes()[15]);
        // 9/10 of it and up to 2/10 more
        time * 9 / 10 + time * spread / (256 * 5)
    }
}
