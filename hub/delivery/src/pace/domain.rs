//! What is known of one domain that mail goes to.

use std::time::Duration;

use governor::{DefaultDirectRateLimiter, Quota};
use tokio::time::Instant;

use super::{Later, window::Window};
use crate::settings::{DomainLimits, LimitSettings};

/// How long a mail takes, until it is known.
const GUESS: Duration = Duration::from_millis(200);

pub(super) struct Domain {
    window: Window,
    rate: Option<DefaultDirectRateLimiter>,
    /// The least time between two mails.
    spacing: Duration,
    /// How long a mail takes, averaged.
    each: Duration,
    /// Whoever is put off gets a time of their own, so that they do not all come back together to be put off again.
    next: Option<Instant>,
    rests_until: Option<Instant>,
    /// Refusals in a row.
    refusals: u32,
}

impl Domain {
    pub(super) fn new(limits: DomainLimits, places: u32) -> Self {
        let most = limits.at_once.map_or(places, |most| most.get().min(places));
        let rate = limits.rate.map(|rate| DefaultDirectRateLimiter::direct(Quota::per_second(rate)));
        let spacing = limits.rate.map_or(Duration::ZERO, |rate| Duration::from_secs(1) / rate.get());
        let (next, rests_until) = (None, None);
        Self { window: Window::new(most), rate, spacing, each: GUESS, next, rests_until, refusals: 0 }
    }

    /// Takes a place, or says when to ask again.
    pub(super) fn take(&mut self, now: Instant, limits: &LimitSettings) -> Result<(), Later> {
        let rest = self.rests_until.map_or(Duration::ZERO, |until| until.saturating_duration_since(now));
        let is_free =
            rest.is_zero() && self.window.is_free() && self.rate.as_ref().is_none_or(|rate| rate.check().is_ok());
        if is_free {
            self.window.take();
            return Ok(());
        }
        let from = self.next.map_or(now + rest, |next| next.max(now + rest));
        let next = from + self.spacing.max(self.each / self.window.size());
        self.next = Some(next);
        Err(Later(next.duration_since(now).min(limits.longest_rest.max(rest))))
    }

    /// A mail is done, after so long.
    pub(super) fn give_back(&mut self, took: Duration) {
        self.window.give_back();
        self.each = (self.each * 7 + took) / 8;
    }

    pub(super) fn succeeded(&mut self) {
        self.window.grow();
        self.refusals = 0;
    }

    /// Leaves the domain alone: twice as long at each refusal in a row.
    pub(super) fn refused(&mut self, now: Instant, limits: &LimitSettings) {
        if self.window.shrink(now) {
            let rest = limits.rest.saturating_mul(1 << self.refusals.min(20)).min(limits.longest_rest);
            self.refusals += 1;
            self.rests_until = Some(now + rest);
        }
    }

    /// Whether nothing is lost by forgetting it.
    pub(super) fn is_forgettable(&self, now: Instant) -> bool {
        self.window.is_idle() && self.rests_until.is_none_or(|until| until <= now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits() -> LimitSettings {
        let (rest, longest_rest) = (Duration::from_secs(5), Duration::from_secs(12));
        LimitSettings { rest, longest_rest, ..LimitSettings::default() }
    }

    #[test]
    fn a_domain_that_refuses_is_left_alone_longer_each_time_until_it_takes_something() {
        let mut domain = Domain::new(DomainLimits::default(), 8);
        let mut at = Instant::now();
        let waits_at_least = |domain: &mut Domain, at, rest| {
            let Err(Later(wait)) = domain.take(at, &limits()) else { panic!("it rests") };
            assert!(wait >= rest && wait <= limits().longest_rest, "{wait:?}, not {rest:?}");
        };
        for rest in [5, 10, 12, 12] {
            domain.refused(at, &limits());
            let rest = Duration::from_secs(rest);
            waits_at_least(&mut domain, at, rest);
            at += rest;
        }
        assert_eq!(domain.take(at, &limits()), Ok(()));
        domain.give_back(GUESS);
        domain.succeeded();
        domain.refused(at, &limits());
        waits_at_least(&mut domain, at, limits().rest);
        assert!(!domain.is_forgettable(at) && domain.is_forgettable(at + limits().rest));
    }

    #[test]
    fn whoever_is_put_off_gets_a_time_of_their_own() {
        let at_once = std::num::NonZeroU32::new(2);
        let (mut domain, now) = (Domain::new(DomainLimits { at_once, rate: None }, 8), Instant::now());
        assert_eq!((domain.take(now, &limits()), domain.take(now, &limits())), (Ok(()), Ok(())));
        let waits: Vec<_> = (0..3).map(|_| domain.take(now, &limits()).unwrap_err().0.as_millis()).collect();
        assert_eq!(waits, [100, 200, 300]);
        domain.give_back(Duration::from_secs(1));
        assert_eq!(domain.take(now, &limits()), Ok(()));
    }

    #[test]
    fn a_rate_lets_nobody_through_before_their_time() {
        let rate = std::num::NonZeroU32::new(1);
        let (mut domain, now) = (Domain::new(DomainLimits { at_once: None, rate }, 8), Instant::now());
        assert_eq!(domain.take(now, &limits()), Ok(()));
        let waits: Vec<_> = (0..2).map(|_| domain.take(now, &limits()).unwrap_err().0.as_secs()).collect();
        assert_eq!(waits, [1, 2]);
    }
}
