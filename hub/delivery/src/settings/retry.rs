//! When to try again.

use std::time::Duration;

use jiff::{SignedDuration, fmt::serde::unsigned_duration::friendly::compact::required as friendly};
use rand::RngExt as _;
use serde::Deserialize;

/// Doubling pauses between the attempts at one message, each drawn between its half and its whole, so that a relay
/// that comes back is not met by everybody at once.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RetrySettings {
    /// The pause after the first attempt.
    #[serde(with = "friendly")]
    pub first: Duration,
    /// No pause is longer.
    #[serde(with = "friendly")]
    pub longest: Duration,
    /// The pause after a server said that it does not know the sender yet (greylisting): it takes mail after a while,
    /// and none before. Doubled like the others, from the second such answer on.
    #[serde(with = "friendly")]
    pub greylisted: Duration,
    /// How long a mail to very many whose fate is unknown is held for an operator to decide, before it is sent again;
    /// zero to leave it to them for ever.
    #[serde(with = "friendly")]
    pub unknown_hold: Duration,
    /// After so many attempts a message is given up. The default comes to about three days; a message that expires
    /// is given up sooner.
    pub attempts: u32,
}

impl Default for RetrySettings {
    fn default() -> Self {
        Self {
            first: Duration::from_secs(5),
            longest: Duration::from_secs(30 * 60),
            greylisted: Duration::from_secs(60),
            unknown_hold: Duration::from_secs(30 * 60),
            attempts: 200,
        }
    }
}

impl RetrySettings {
    /// The longest pause after an attempt, the first being 1.
    pub fn ceiling(&self, attempt: u32) -> Duration {
        self.doubled(self.first, attempt)
    }

    /// A pause after an attempt, the first being 1.
    pub fn pause(&self, attempt: u32) -> SignedDuration {
        drawn(self.ceiling(attempt))
    }

    /// A pause after an attempt that was greylisted: as long at least as such servers ask for.
    pub fn greylisted_pause(&self, attempt: u32) -> SignedDuration {
        let shortest = self.doubled(self.greylisted, attempt);
        signed(shortest).saturating_add(drawn(shortest / 4))
    }

    fn doubled(&self, first: Duration, attempt: u32) -> Duration {
        let doublings = attempt.saturating_sub(1).min(20);
        first.saturating_mul(1 << doublings).min(self.longest)
    }
}

fn signed(duration: Duration) -> SignedDuration {
    SignedDuration::try_from(duration).unwrap_or(SignedDuration::MAX)
}

/// Between the half and the whole.
fn drawn(ceiling: Duration) -> SignedDuration {
    let ceiling = u64::try_from(ceiling.as_millis()).unwrap_or(u64::MAX).max(2);
    let drawn = rand::rng().random_range(ceiling / 2..=ceiling);
    SignedDuration::from_millis(i64::try_from(drawn).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_longest() {
        let retry = RetrySettings { longest: Duration::from_secs(60), ..RetrySettings::default() };
        let pauses: Vec<_> = (1..=6).map(|attempt| retry.ceiling(attempt).as_secs()).collect();
        assert_eq!(pauses, [5, 10, 20, 40, 60, 60]);
        assert_eq!(retry.ceiling(u32::MAX).as_secs(), 60);
    }

    #[test]
    fn a_pause_is_drawn_between_its_half_and_its_whole() {
        let retry = RetrySettings::default();
        let drawn: Vec<_> = (0..200).map(|_| retry.pause(3).as_millis()).collect();
        assert!(drawn.iter().all(|pause| (10_000..=20_000).contains(pause)));
        assert!(drawn.iter().any(|pause| pause != &drawn[0]));
    }

    #[test]
    fn a_greylisted_mail_comes_back_within_the_time_of_a_code_and_never_too_soon() {
        let retry = RetrySettings::default();
        let pauses: Vec<_> = (1..=3).map(|attempt| retry.greylisted_pause(attempt).as_secs()).collect();
        assert!((67..=75).contains(&pauses[0]) && (135..=150).contains(&pauses[1]), "{pauses:?}");
        assert!(pauses.iter().sum::<i64>() < 10 * 60, "{pauses:?}");
    }
}
