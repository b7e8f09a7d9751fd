//! What time it is for the simulator: readings arrive by the hour.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// Central European time with its summer time, spelt out so that no time-zone database is needed on the machine.
const LJUBLJANA: &str = "CET-1CEST,M3.5.0,M10.5.0/3";

/// The clock of the billing system: the real one, or a moment that a test has fixed. Copies show the same time.
#[derive(Debug, Clone)]
pub struct Moment {
    zone: TimeZone,
    fixed: Arc<Mutex<Option<Timestamp>>>,
}

impl Moment {
    /// The real time in Europe/Ljubljana.
    pub fn ljubljana() -> Self {
        Self { zone: TimeZone::posix(LJUBLJANA).expect("the constant is a POSIX time zone"), fixed: Arc::default() }
    }

    /// The time it is now.
    pub fn now(&self) -> Timestamp {
        self.fixed.lock().unwrap_or_else(PoisonError::into_inner).unwrap_or_else(Timestamp::now)
    }

    /// Stops the clock at a moment.
    pub fn fix(&self, now: Timestamp) {
        *self.fixed.lock().unwrap_or_else(PoisonError::into_inner) = Some(now);
    }

    /// Stops the clock at an hour of a day.
    pub fn fix_at(&self, day: Date, hour: i64) {
        self.fix(self.midnight(day) + SignedDuration::from_hours(hour));
    }

    /// The day it is now.
    pub fn today(&self) -> Date {
        self.day_of(self.now())
    }

    /// When a day begins.
    pub(super) fn midnight(&self, day: Date) -> Timestamp {
        day.to_zoned(self.zone.clone()).expect("no day of a calendar in use is out of range").timestamp()
    }

    /// The day of a moment.
    pub(super) fn day_of(&self, moment: Timestamp) -> Date {
        moment.to_zoned(self.zone.clone()).date()
    }

    /// The hour of a moment, 0 to 23.
    pub(super) fn hour_of(&self, moment: Timestamp) -> i8 {
        moment.to_zoned(self.zone.clone()).hour()
    }

    /// A moment as it goes over the wire: local, with its offset.
    pub(super) fn written(&self, moment: Timestamp) -> String {
        moment.to_zoned(self.zone.clone()).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_local_with_their_offset() {
        let written = |at: &str| Moment::ljubljana().written(at.parse().unwrap());
        assert_eq!(written("2024-03-31T00:45:00Z"), "2024-03-31T01:45:00+01:00");
        assert_eq!(written("2024-03-31T01:00:00Z"), "2024-03-31T03:00:00+02:00");
    }
}
