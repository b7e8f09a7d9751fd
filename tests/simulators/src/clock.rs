//! What day it is for a simulator.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// Central European time with its summer time, spelt out so that no time-zone database is needed on the machine.
const BELGRADE: &str = "CET-1CEST,M3.5.0,M10.5.0/3";

/// Eastern European time with its summer time, which begins and ends at the same moments.
const KYIV: &str = "EET-2EEST,M3.5.0/3,M10.5.0/4";

/// The calendar of a billing system: the real day in its zone, or a day that a test has fixed. Copies show the same day.
#[derive(Debug, Clone)]
pub struct Clock {
    zone: TimeZone,
    fixed: Arc<Mutex<Option<Date>>>,
}

impl Clock {
    /// The real day in Europe/Belgrade.
    pub fn belgrade() -> Self {
        Self::in_zone(BELGRADE)
    }

    /// The real day in Europe/Kyiv.
    pub fn kyiv() -> Self {
        Self::in_zone(KYIV)
    }

    fn in_zone(posix: &str) -> Self {
        Self { zone: TimeZone::posix(posix).expect("the constant is a POSIX time zone"), fixed: Arc::default() }
    }

    /// The day it is now.
    pub fn today(&self) -> Date {
        let fixed = *self.fixed.lock().unwrap_or_else(PoisonError::into_inner);
        fixed.unwrap_or_else(|| Timestamp::now().to_zoned(self.zone.clone()).date())
    }

    /// Stops the calendar at a day; later days may be set, and so the months pass.
    pub fn fix(&self, today: Date) {
        *self.fixed.lock().unwrap_or_else(PoisonError::into_inner) = Some(today);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn belgrade_changes_its_clock_in_march_and_october() {
        let zone = Clock::belgrade().zone;
        let date = |instant: &str| {
            let instant: Timestamp = instant.parse().unwrap();
            instant.to_zoned(zone.clone()).datetime().to_string()
        };
        assert_eq!(date("2024-03-31T00:59:59Z"), "2024-03-31T01:59:59");
        assert_eq!(date("2024-03-31T01:00:00Z"), "2024-03-31T03:00:00");
        assert_eq!(date("2024-10-27T01:00:00Z"), "2024-10-27T02:00:00");
    }

    #[test]
    fn a_fixed_day_is_seen_by_every_copy() {
        let clock = Clock::belgrade();
        let copy = clock.clone();
        clock.fix(Date::constant(2024, 8, 15));
        assert_eq!(copy.today(), Date::constant(2024, 8, 15));
    }
}
