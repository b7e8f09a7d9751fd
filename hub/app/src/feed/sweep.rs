//! Forgetting what is of no use any more.

use jiff::{SignedDuration, Timestamp};

use crate::{Hub, ports::StoreError, scope::SystemScope};

/// How long the hub remembers that something was removed which it never had: late pages are late by days.
const REMOVED_FOR: SignedDuration = SignedDuration::from_hours(24 * 30);

/// The most batches of one round; what is left waits for the next.
const MOST_BATCHES: usize = 1_000;

impl Hub {
    /// Forgets rows of files that cannot count any more or are out of their time, and old problems; answers how much.
    /// For a worker.
    pub async fn sweep_feeds(&self, scope: &SystemScope) -> Result<u64, StoreError> {
        let now = self.clock.now();
        let before = |time| {
            let time = SignedDuration::try_from(time).unwrap_or(SignedDuration::MAX);
            now.checked_sub(time).unwrap_or(Timestamp::MIN)
        };
        let mut forgotten = self.problems.forget_problems(scope, before(self.feed.keep_problems_for)).await?;
        forgotten += self.feeds.forget_removed(scope, now - REMOVED_FOR).await?;
        let roster = self.roster();
        let of_their_own: Vec<_> = roster
            .directory
            .providers()
            .filter_map(|provider| Some((provider.id.clone(), before(provider.feed.keep_for?))))
            .collect();
        for _ in 0..MOST_BATCHES {
            match self.imports.sweep_rows(scope, before(self.feed.keep_for), &of_their_own).await? {
                0 => break,
                rows => forgotten += rows,
            }
        }
        Ok(forgotten)
    }
}
