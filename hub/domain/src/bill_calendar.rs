//! When a provider's bills come: a bill that is not there yet is an answer of its own.

use jiff::{ToSpan, civil::Date};
use serde::{Deserialize, Serialize};

use crate::Period;

/// Why a day cannot be the one on which bills come.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0} is no day that every month has (1 to 28)")]
pub struct NotADayOfEveryMonth(pub i8);

/// The bills of a month are there from this day of the following month on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "i8", into = "i8")]
pub struct BillCalendar {
    from_day: i8,
    starts_runs: bool,
}

/// A month whose bill is not there yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenPeriod {
    /// The month.
    pub period: Period,
    /// The first day on which its bill will be there, in the provider's zone.
    pub until: Date,
}

impl BillCalendar {
    /// Bills come on this day of a month, 1 to 28.
    pub fn new(from_day: i8) -> Result<Self, NotADayOfEveryMonth> {
        if (1..=28).contains(&from_day) {
            Ok(Self { from_day, starts_runs: false })
        } else {
            Err(NotADayOfEveryMonth(from_day))
        }
    }

    /// The same calendar, by which runs of bills start by themselves.
    #[must_use]
    pub fn starting_runs(self, starts_runs: bool) -> Self {
        Self { starts_runs, ..self }
    }

    /// The month whose bills are to be sent on `today` without anybody asking for it: the one before, from its day on.
    pub fn run_of(self, today: Date) -> Option<Period> {
        let is_due = self.starts_runs && today.day() >= self.from_day;
        is_due.then(|| Period::of(today).ok()?.previous()).flatten()
    }

    /// The day of a month on which the bills of the month before are there.
    pub fn from_day(self) -> i8 {
        self.from_day
    }

    /// The month whose bill comes next, seen on `today`. `is_billed` tells whether the bill of a month is there already:
    /// it may come before its day. A bill that is late is not waited for: nobody knows its day.
    ///
    /// `None` only at the end of time.
    pub fn next(self, today: Date, is_billed: impl FnOnce(Period) -> bool) -> Option<OpenPeriod> {
        let (last, current) = (Period::of(today.checked_sub(1.month()).ok()?).ok()?, Period::of(today).ok()?);
        if today.day() < self.from_day && !is_billed(last) {
            return Some(OpenPeriod { period: last, until: self.day(today)? });
        }
        Some(OpenPeriod { period: current, until: self.day(today.checked_add(1.month()).ok()?)? })
    }

    fn day(self, month: Date) -> Option<Date> {
        Date::new(month.year(), month.month(), self.from_day).ok()
    }
}

impl TryFrom<i8> for BillCalendar {
    type Error = NotADayOfEveryMonth;

    fn try_from(from_day: i8) -> Result<Self, NotADayOfEveryMonth> {
        Self::new(from_day)
    }
}

impl From<BillCalendar> for i8 {
    fn from(calendar: BillCalendar) -> i8 {
        calendar.from_day
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn next(today: Date, billed: bool) -> (String, String) {
        let open = BillCalendar::new(12).unwrap().next(today, |_| billed).unwrap();
        (open.period.to_string(), open.until.to_string())
    }

    fn says(period: &str, until: &str) -> (String, String) {
        (period.to_owned(), until.to_owned())
    }

    #[test]
    fn until_its_day_the_bill_of_the_last_month_is_awaited() {
        assert_eq!(next(date(2024, 8, 1), false), says("2024-07", "2024-08-12"));
        assert_eq!(next(date(2024, 8, 11), false), says("2024-07", "2024-08-12"));
        assert_eq!(next(date(2025, 1, 5), false), says("2024-12", "2025-01-12"));
        assert_eq!(next(date(2024, 3, 31), false), says("2024-03", "2024-04-12"));
    }

    #[test]
    fn from_its_day_on_or_once_it_came_the_bill_of_this_month_is_next() {
        assert_eq!(next(date(2024, 8, 12), false), says("2024-08", "2024-09-12"));
        assert_eq!(next(date(2024, 8, 10), true), says("2024-08", "2024-09-12"));
        assert_eq!(next(date(2024, 12, 31), true), says("2024-12", "2025-01-12"));
    }

    #[test]
    fn a_run_starts_by_itself_from_the_day_on_where_the_calendar_says_so() {
        let run = |day, starts| {
            let calendar = BillCalendar::new(12).unwrap().starting_runs(starts);
            calendar.run_of(date(2024, 8, day)).map(|period| period.to_string())
        };
        assert_eq!((run(11, true), run(12, false)), (None, None));
        assert_eq!((run(12, true), run(31, true)), (Some("2024-07".to_owned()), Some("2024-07".to_owned())));
    }

    #[test]
    fn bills_come_on_a_day_that_every_month_has() {
        assert_eq!(BillCalendar::new(29), Err(NotADayOfEveryMonth(29)));
        assert_eq!(BillCalendar::new(0), Err(NotADayOfEveryMonth(0)));
    }
}
