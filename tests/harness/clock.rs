//! A clock that a test turns on.

use std::sync::Mutex;

use jiff::{SignedDuration, Timestamp};
use komunala_app::ports::Clock;

/// A clock that goes as every other one, and ahead of it by as much as somebody turned it.
#[derive(Debug, Default)]
pub struct TurnedClock(Mutex<SignedDuration>);

impl TurnedClock {
    /// Puts it ahead by this from now on.
    ///
    /// # Panics
    ///
    /// After a panic of somebody who turned it.
    pub fn turn_to(&self, ahead: SignedDuration) {
        *self.0.lock().expect("nobody panicked who turned it") = ahead;
    }
}

impl Clock for TurnedClock {
    fn now(&self) -> Timestamp {
        Timestamp::now() + *self.0.lock().expect("nobody panicked who turned it")
    }
}
