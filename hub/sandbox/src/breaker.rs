//! A circuit breaker: an operation that keeps failing is left alone for a while, then tried with a single call.
//!
//! ```text
//! closed ──failures in a row──▶ open ──time──▶ half-open: one probe
//!    ▲                           ▲                │
//!    └────────success────────────┴────failure─────┘ (open twice as long, up to a bound)
//! ```

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use serde::Deserialize;

/// When a breaker opens and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct BreakerSettings {
    /// Failures in a row that open it. Fewer would open it for a blip, more hold callers back longer from an answer of
    /// the hub's own copy.
    pub failures: u32,
    /// How long it is open at first, in milliseconds.
    pub open_ms: u64,
    /// How long it is open at most: each failed probe doubles the time.
    pub longest_open_ms: u64,
}

impl Default for BreakerSettings {
    fn default() -> Self {
        Self { failures: 5, open_ms: 2_000, longest_open_ms: 60_000 }
    }
}

/// The breaker of one operation of one adapter.
#[derive(Debug)]
pub(crate) struct Breaker {
    settings: BreakerSettings,
    state: Mutex<State>,
}

#[derive(Debug, Clone, Copy)]
enum State {
    Closed {
        failures: u32,
    },
    Open {
        until: Instant,
        openings: u32,
    },
    /// One call is out to see; the next may go if it has not come back by then.
    HalfOpen {
        until: Instant,
        openings: u32,
    },
}

/// The breaker is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Open {
    pub(crate) retry_after: Duration,
}

/// What became of a call, as far as the breaker is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// The billing system answered, if only to say no.
    Healthy,
    /// It did not, or the adapter crashed.
    Failed,
    /// The call says nothing about it.
    Unclear,
}

impl Breaker {
    pub(crate) fn new(settings: BreakerSettings) -> Self {
        Self { settings, state: Mutex::new(State::Closed { failures: 0 }) }
    }

    /// Whether a call may go out now.
    pub(crate) fn admit(&self, now: Instant) -> Result<(), Open> {
        let mut state = self.state();
        match *state {
            State::Closed { .. } => Ok(()),
            State::Open { until, .. } | State::HalfOpen { until, .. } if now < until => {
                Err(Open { retry_after: until - now })
            }
            State::Open { openings, .. } | State::HalfOpen { openings, .. } => {
                // a probe that is cancelled reports nothing: another one goes after the same time
                *state = State::HalfOpen { until: now + self.time(openings), openings };
                Ok(())
            }
        }
    }

    /// Tells what became of a call.
    pub(crate) fn report(&self, verdict: Verdict, now: Instant) {
        let mut state = self.state();
        *state = match (*state, verdict) {
            (state, Verdict::Unclear) => state,
            (_, Verdict::Healthy) => State::Closed { failures: 0 },
            (State::Closed { failures }, Verdict::Failed) if failures + 1 < self.settings.failures => {
                State::Closed { failures: failures + 1 }
            }
            (State::Closed { .. }, Verdict::Failed) => State::Open { until: now + self.time(0), openings: 0 },
            (State::HalfOpen { openings, .. }, Verdict::Failed) => {
                let openings = openings.saturating_add(1);
                State::Open { until: now + self.time(openings), openings }
            }
            // a straggler from before it opened
            (open @ State::Open { .. }, Verdict::Failed) => open,
        };
    }

    /// Whether calls go out, probes left aside.
    pub(crate) fn is_closed(&self) -> bool {
        matches!(*self.state(), State::Closed { .. })
    }

    fn time(&self, openings: u32) -> Duration {
        let ms = self.settings.open_ms.saturating_mul(1 << openings.min(16));
        Duration::from_millis(ms.min(self.settings.longest_open_ms))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // nothing panics while it is held, and each of its values is sound
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    fn breaker() -> (Breaker, Instant) {
        (Breaker::new(BreakerSettings { failures: 3, open_ms: 100, longest_open_ms: 300 }), Instant::now())
    }

    fn opened() -> (Breaker, Instant) {
        let (breaker, now) = breaker();
        (0..3).for_each(|_| breaker.report(Verdict::Failed, now));
        (breaker, now)
    }

    #[test]
    fn failures_in_a_row_open_it_and_a_success_between_them_does_not() {
        let (breaker, now) = breaker();
        for verdict in [Verdict::Failed, Verdict::Failed, Verdict::Healthy, Verdict::Failed, Verdict::Failed] {
            breaker.report(verdict, now);
        }
        breaker.report(Verdict::Unclear, now);
        assert_eq!(breaker.admit(now), Ok(()));
        breaker.report(Verdict::Failed, now);
        assert_eq!(breaker.admit(now + 40 * MS), Err(Open { retry_after: 60 * MS }));
    }

    #[test]
    fn one_probe_goes_out_when_the_time_is_up_and_closes_it() {
        let (breaker, now) = opened();
        let later = now + 100 * MS;
        assert_eq!(breaker.admit(later), Ok(()));
        assert_eq!(breaker.admit(later), Err(Open { retry_after: 100 * MS }), "one probe at a time");
        breaker.report(Verdict::Healthy, later);
        assert_eq!((breaker.admit(later), breaker.admit(later)), (Ok(()), Ok(())));
    }

    #[test]
    fn a_failed_probe_doubles_the_time_up_to_the_bound() {
        let (breaker, mut now) = opened();
        for expected in [200, 300, 300] {
            now += 300 * MS;
            assert_eq!(breaker.admit(now), Ok(()));
            breaker.report(Verdict::Failed, now);
            assert_eq!(breaker.admit(now), Err(Open { retry_after: expected * MS }));
        }
    }

    #[test]
    fn a_probe_that_never_reports_holds_nobody_back_for_ever() {
        let (breaker, now) = opened();
        assert_eq!(breaker.admit(now + 100 * MS), Ok(()));
        assert_eq!(breaker.admit(now + 200 * MS), Ok(()));
    }

    #[test]
    fn a_straggler_that_fails_does_not_prolong_the_opening() {
        let (breaker, now) = opened();
        breaker.report(Verdict::Failed, now + 50 * MS);
        assert_eq!(breaker.admit(now + 100 * MS), Ok(()));
    }
}
