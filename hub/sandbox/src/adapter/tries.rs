//! Asking again while a billing system is just busy.
//!
//! Only `unavailable` with a time to come back is tried again: it says that nothing was written, so that a write can be
//! repeated as well, and that it is a matter of moments. Everything else is for the caller to decide. This is the one
//! place where the hub repeats a call by itself.

use std::time::{Duration, Instant};

use komunala_app::ports::{BillingError, Call};

use crate::Limits;

/// The tries of one call.
pub(super) struct Tries {
    began: Instant,
    /// When there is no more time: the caller's, or the budget's.
    until: Instant,
    next: Option<Duration>,
    made: u32,
}

impl Tries {
    pub(super) fn new(call: Call, limits: &Limits) -> Self {
        let began = Instant::now();
        let until = call.deadline.min(began + Duration::from_millis(limits.busy_wait_ms));
        Self { began, until, next: None, made: 0 }
    }

    /// When the call arrived, however often it is tried.
    pub(super) fn began(&self) -> Instant {
        self.began
    }

    pub(super) fn is_first(&self) -> bool {
        self.made == 0
    }

    /// Whether the call will be tried again after this result.
    pub(super) fn goes_on<T>(&mut self, result: &Result<T, BillingError>) -> bool {
        self.next = match result {
            Err(BillingError::Unavailable { retry_after: Some(wait) }) => {
                // up to half as long again, so that those who were turned away together do not come back together
                let pause = wait.mul_f64(rand::random_range(1.0..1.5));
                (Instant::now() + pause < self.until).then_some(pause)
            }
            _ => None,
        };
        self.next.is_some()
    }

    /// Waits for the next try; false if there is none.
    pub(super) async fn pause(&mut self) -> bool {
        self.made += 1;
        match self.next.take() {
            None => false,
            Some(pause) => {
                tokio::time::sleep(pause).await;
                true
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn goes_on(busy_wait_ms: u64, deadline_ms: u64, error: BillingError) -> bool {
        let limits = Limits { busy_wait_ms, ..Limits::default() };
        Tries::new(Call::within(Duration::from_millis(deadline_ms)), &limits).goes_on::<()>(&Err(error))
    }

    fn busy(ms: u64) -> BillingError {
        BillingError::Unavailable { retry_after: Some(Duration::from_millis(ms)) }
    }

    #[test]
    fn a_busy_system_is_asked_again_within_the_budget_and_the_deadline() {
        assert!(goes_on(1000, 1000, busy(200)));
        assert!(!goes_on(150, 1000, busy(200)));
        assert!(!goes_on(1000, 150, busy(200)));
        assert!(!goes_on(1000, 10_000, busy(3_600_000)));
    }

    #[test]
    fn what_may_have_been_written_or_has_no_time_to_come_back_is_not_tried_again() {
        for error in [
            BillingError::Unavailable { retry_after: None },
            BillingError::OutcomeUnknown,
            BillingError::DeadlineExceeded,
            BillingError::RateLimited { retry_after: Some(Duration::from_millis(1)) },
            BillingError::NotFound,
        ] {
            assert!(!goes_on(1000, 1000, error.clone()), "{error:?}");
        }
    }
}
