//! On which days a provider takes readings from customers.

use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};
use serde::{Deserialize, Serialize};

/// The days of a month on which customers may submit readings.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReadingWindow {
    /// Any day, for any past date.
    #[default]
    Always,
    /// Only on these days of a month, for dates of that month.
    DaysOfMonth {
        /// The first day, 1 to 28.
        first: i8,
        /// The last day (included), 1 to 31; the month's last where it has fewer.
        last: i8,
        /// Days of grace behind `last`; they may reach into the next month.
        #[serde(default)]
        grace: i8,
    },
}

/// The local day of a moment: a provider's windows open and close at its own midnight, whatever its clock does.
pub fn day_at(moment: Timestamp, zone: &TimeZone) -> Date {
    moment.to_zoned(zone.clone()).date()
}

/// The days on which readings of one month are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Opening {
    /// The first day.
    pub first: Date,
    /// The last day (included), without grace.
    pub last: Date,
    /// The last day (included) with the days of grace.
    pub closes: Date,
}

impl Opening {
    /// Whether readings are taken on a day.
    pub fn contains(&self, day: Date) -> bool {
        (self.first..=self.closes).contains(&day)
    }
}

impl ReadingWindow {
    /// Whether a reading of `date` may be submitted on `today`; both are local days of the provider.
    pub fn admits(self, date: Date, today: Date) -> bool {
        self.opening_of(date).is_none_or(|opening| opening.contains(today))
    }

    /// When readings of a day's month are taken; `None` where any day will do.
    pub fn opening_of(self, day: Date) -> Option<Opening> {
        let Self::DaysOfMonth { first, last, grace } = self else { return None };
        let month = day.first_of_month();
        let nth = |day: i8| {
            let behind = i64::from(day.clamp(1, month.days_in_month())) - 1;
            month.checked_add(behind.days()).unwrap_or(Date::MAX)
        };
        let last = nth(last);
        let closes = last.checked_add(i64::from(grace.max(0)).days()).unwrap_or(Date::MAX);
        Some(Opening { first: nth(first), last, closes })
    }

    /// The opening that a day lies in, or else the next one; `None` where any day will do.
    pub fn next_opening(self, today: Date) -> Option<Opening> {
        // the days of grace of the month before may not be over yet
        let months = (-1..=1).filter_map(|month: i64| today.first_of_month().checked_add(month.months()).ok());
        months.filter_map(|month| self.opening_of(month)).find(|opening| today <= opening.closes)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    const FIRST_FIVE: ReadingWindow = ReadingWindow::DaysOfMonth { first: 1, last: 5, grace: 0 };
    const WITH_GRACE: ReadingWindow = ReadingWindow::DaysOfMonth { first: 1, last: 5, grace: 2 };
    const LAST_DAYS: ReadingWindow = ReadingWindow::DaysOfMonth { first: 25, last: 31, grace: 3 };

    #[test]
    fn a_window_takes_readings_of_its_month_from_its_first_day_to_the_last_of_grace() {
        let day = |text: &str| -> Date { text.parse().unwrap() };
        for (window, of, on, taken) in [
            (FIRST_FIVE, "2024-08-01", "2024-08-01", true),
            (FIRST_FIVE, "2024-08-03", "2024-08-05", true),
            (FIRST_FIVE, "2024-08-05", "2024-08-06", false),
            (FIRST_FIVE, "2024-07-31", "2024-08-01", false),
            (FIRST_FIVE, "2023-08-01", "2024-08-01", false),
            (WITH_GRACE, "2024-08-05", "2024-08-07", true),
            (WITH_GRACE, "2024-08-07", "2024-08-07", true),
            (WITH_GRACE, "2024-08-07", "2024-08-08", false),
            (LAST_DAYS, "2024-08-25", "2024-08-24", false),
            (LAST_DAYS, "2024-08-31", "2024-08-31", true),
            // grace reaches into the next month, for readings of this one alone
            (LAST_DAYS, "2024-08-31", "2024-09-03", true),
            (LAST_DAYS, "2024-08-31", "2024-09-04", false),
            (LAST_DAYS, "2024-09-01", "2024-09-01", false),
            // a month without a 31st ends when it ends
            (LAST_DAYS, "2024-02-29", "2024-03-03", true),
            (LAST_DAYS, "2024-02-29", "2024-03-04", false),
            // grace reaches over the end of a year
            (LAST_DAYS, "2024-12-31", "2025-01-03", true),
            (LAST_DAYS, "2024-12-31", "2025-01-04", false),
            (LAST_DAYS, "2024-12-24", "2024-12-24", false),
            (FIRST_FIVE, "2025-01-01", "2025-01-05", true),
            (FIRST_FIVE, "2024-01-01", "2025-01-01", false),
            (ReadingWindow::Always, "1999-12-31", "2024-08-17", true),
        ] {
            assert_eq!(window.admits(day(of), day(on)), taken, "{window:?}: of {of} on {on}");
        }
    }

    #[test]
    fn a_window_opens_and_closes_at_the_providers_own_midnight() {
        for (zone, moment, of, taken) in [
            // midnight in Kyiv is 22:00 UTC in winter and 21:00 in summer
            ("Europe/Kyiv", "2024-12-31T21:59:59Z", "2025-01-01", false),
            ("Europe/Kyiv", "2024-12-31T22:00:00Z", "2025-01-01", true),
            ("Europe/Kyiv", "2025-01-05T21:59:59Z", "2025-01-05", true),
            ("Europe/Kyiv", "2025-01-05T22:00:00Z", "2025-01-05", false),
            ("Europe/Kyiv", "2024-08-05T20:59:59Z", "2024-08-05", true),
            ("Europe/Kyiv", "2024-08-05T21:00:00Z", "2024-08-05", false),
            ("Europe/Belgrade", "2024-08-05T21:30:00Z", "2024-08-05", true),
            ("Europe/Belgrade", "2024-08-05T22:00:00Z", "2024-08-05", false),
            // the 31st of March 2024 has 23 hours, the 27th of October 25
            ("Europe/Belgrade", "2024-03-31T21:59:59Z", "2024-04-01", false),
            ("Europe/Belgrade", "2024-03-31T22:00:00Z", "2024-04-01", true),
            ("Europe/Ljubljana", "2024-10-31T22:59:59Z", "2024-11-01", false),
            ("Europe/Ljubljana", "2024-10-31T23:00:00Z", "2024-11-01", true),
        ] {
            let today = day_at(moment.parse().unwrap(), &TimeZone::get(zone).unwrap());
            let day: Date = of.parse().unwrap();
            assert_eq!(day <= today && FIRST_FIVE.admits(day, today), taken, "of {of} at {moment} in {zone}");
        }
    }

    #[test]
    fn a_window_of_a_days_clock_change_is_open_all_day() {
        let zone = TimeZone::get("Europe/Ljubljana").unwrap();
        for (day, hours) in [(date(2024, 3, 31), 23), (date(2024, 10, 27), 25)] {
            let window = ReadingWindow::DaysOfMonth { first: day.day().min(28), last: day.day(), grace: 0 };
            let midnight = day.to_zoned(zone.clone()).unwrap().timestamp();
            for hour in 0..hours {
                let now = midnight + jiff::SignedDuration::from_hours(hour);
                assert!(window.admits(day, day_at(now, &zone)), "{day} at {now}");
            }
            assert!(!window.admits(day, day_at(midnight + jiff::SignedDuration::from_hours(hours), &zone)));
        }
    }

    #[test]
    fn the_next_opening_is_the_one_that_is_open_or_else_the_one_to_come() {
        let next = |window: ReadingWindow, today| {
            let opening = window.next_opening(today).unwrap();
            (opening.first, opening.last, opening.closes)
        };
        let august = (date(2024, 8, 1), date(2024, 8, 5), date(2024, 8, 7));
        let september = (date(2024, 9, 1), date(2024, 9, 5), date(2024, 9, 7));
        assert_eq!(next(WITH_GRACE, date(2024, 8, 1)), august);
        assert_eq!(next(WITH_GRACE, date(2024, 8, 7)), august);
        assert_eq!(next(WITH_GRACE, date(2024, 8, 8)), september);
        let end_of_august = (date(2024, 8, 25), date(2024, 8, 31), date(2024, 9, 3));
        assert_eq!(next(LAST_DAYS, date(2024, 9, 2)), end_of_august);
        assert_eq!(next(LAST_DAYS, date(2024, 8, 4)), end_of_august);
        assert_eq!(next(FIRST_FIVE, date(2024, 12, 31)).0, date(2025, 1, 1));
        assert_eq!(ReadingWindow::Always.next_opening(date(2024, 8, 1)), None);
    }
}
