//! On which days a provider takes readings from customers.

use jiff::civil::Date;
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
        /// The last day (included), 1 to 31.
        last: i8,
        /// Days of grace behind `last`.
        #[serde(default)]
        grace: i8,
    },
}

impl ReadingWindow {
    /// Whether a reading of `date` may be submitted on `today`; both are local days of the provider.
    pub fn admits(self, date: Date, today: Date) -> bool {
        match self {
            Self::Always => true,
            Self::DaysOfMonth { first, last, grace } => {
                let open = first..=last.saturating_add(grace);
                open.contains(&today.day()) && date.first_of_month() == today.first_of_month()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_window_opens_on_its_first_day_and_closes_after_its_last() {
        let window = ReadingWindow::DaysOfMonth { first: 1, last: 5, grace: 0 };
        let on = |day| date(2024, 8, day);
        assert!(window.admits(on(1), on(1)));
        assert!(window.admits(on(3), on(5)));
        assert!(!window.admits(on(5), on(6)));
        assert!(!window.admits(date(2024, 7, 31), on(1)));
    }

    #[test]
    fn days_of_grace_follow_the_last_day() {
        let window = ReadingWindow::DaysOfMonth { first: 1, last: 5, grace: 2 };
        assert!(window.admits(date(2024, 8, 7), date(2024, 8, 7)));
        assert!(!window.admits(date(2024, 8, 8), date(2024, 8, 8)));
    }
}
