//! How long a call may take.

use std::time::{Duration, Instant};

/// What every call to a billing system carries.
#[derive(Debug, Clone, Copy)]
pub struct Call {
    /// When the caller stops waiting. The guest is stopped then, wherever it is.
    pub deadline: Instant,
}

impl Call {
    /// A call that may take this long.
    pub fn within(time: Duration) -> Self {
        Self { deadline: Instant::now() + time }
    }

    /// The same call, but over early enough for an answer to reach the caller in time: a fifth of what is left, half a
    /// second at most, is kept for the way back.
    pub fn leaving_time_to_answer(self) -> Self {
        let left = self.deadline.saturating_duration_since(Instant::now());
        Self { deadline: self.deadline - (left / 5).min(Duration::from_millis(500)) }
    }

    /// The same call, but no longer than `time` from now.
    pub fn at_most(self, time: Duration) -> Self {
        Self { deadline: self.deadline.min(Instant::now() + time) }
    }
}
