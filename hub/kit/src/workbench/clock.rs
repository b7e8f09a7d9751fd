//! The adapter's clock, which a scenario may put on.

use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use komunala_sandbox::Conditions;

/// A clock that goes with the world's, or stands; and so many days ahead of that.
#[derive(Debug)]
pub(super) struct Clock {
    at_first: Conditions,
    ahead: Mutex<i64>,
}

impl Clock {
    pub(super) fn new(at_first: Conditions) -> Self {
        Self { at_first, ahead: Mutex::new(0) }
    }

    /// What the next call finds.
    pub(super) fn conditions(&self) -> Conditions {
        let ahead = *self.ahead.lock().unwrap_or_else(PoisonError::into_inner);
        if ahead == 0 {
            return self.at_first;
        }
        let now = self.at_first.now.unwrap_or_else(Timestamp::now);
        let later = now.checked_add(SignedDuration::from_hours(24 * ahead)).unwrap_or(now);
        Conditions { now: Some(later), ..self.at_first }
    }

    pub(super) fn later(&self, days: i64) {
        *self.ahead.lock().unwrap_or_else(PoisonError::into_inner) = days;
    }
}
