//! A long time, asked for in windows of at most 24 months.
//!
//! A cursor is where a window begins and how many of its items were handed out: `2022-08-06` or `2022-08-06+200`.

use jiff::{Timestamp, ToSpan, civil, tz::TimeZone};
use komunala_adapter_sdk::{
    Date, Error,
    types::{DateRange, PageRequest},
};

use crate::value::write_date;

/// The billing system's local time: Belgrade's, as the European Union's rule has it.
const BELGRADE: &str = "CET-1CEST,M3.5.0,M10.5.0/3";

/// The most months between the ends of a window.
const MONTHS: i32 = 24;

/// A window of a range, and the page within it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Window {
    first: civil::Date,
    last: civil::Date,
    /// The last day of the whole range.
    end: civil::Date,
    skipped: usize,
    size: usize,
}

/// Today, as the billing system has it.
pub(crate) fn today() -> civil::Date {
    let zone = TimeZone::posix(BELGRADE).expect("the constant is a POSIX time zone");
    Timestamp::now().to_zoned(zone).date()
}

impl Window {
    /// The window that a page begins in; none if there is nothing to ask for.
    pub(crate) fn of(range: &DateRange, page: &PageRequest, history_years: u8) -> Result<Option<Self>, Error> {
        let today = today();
        let earliest = today.saturating_sub(i32::from(history_years).years());
        let end = range.last.map(civil_date).transpose()?.unwrap_or(today);
        let begin = range.first.map(civil_date).transpose()?.unwrap_or(earliest.min(end));
        let (first, skipped) = match &page.cursor {
            None => (begin, 0),
            Some(cursor) => {
                let place = read_cursor(cursor).filter(|(first, _)| *first >= begin);
                place.ok_or_else(|| Error::rejected("page.cursor", "malformed", "not a cursor of this list"))?
            }
        };
        let size = page.size_up_to(u16::MAX)?.into();
        let last = first.saturating_add(MONTHS.months()).saturating_sub(1.day()).min(end);
        Ok((first <= end).then_some(Self { first, last, end, skipped, size }))
    }

    /// The ends of the window as they are asked for.
    pub(crate) fn ends(&self) -> (String, String) {
        (written(self.first), written(self.last))
    }

    /// The page's part of the window's items, and where the next page begins.
    pub(crate) fn page<T>(&self, items: Vec<T>) -> (Vec<T>, Option<String>) {
        let through = self.skipped + self.size;
        let next = if items.len() > through {
            Some(format!("{}+{through}", self.first))
        } else {
            self.following().map(|first| first.to_string())
        };
        (items.into_iter().skip(self.skipped).take(self.size).collect(), next)
    }

    fn following(&self) -> Option<civil::Date> {
        self.last.tomorrow().ok().filter(|first| *first <= self.end)
    }

    /// All windows back from today, the newest first.
    pub(crate) fn backwards(history_years: u8) -> impl Iterator<Item = (String, String)> {
        let today = today();
        let earliest = today.saturating_sub(i32::from(history_years).years());
        let mut last = Some(today);
        std::iter::from_fn(move || {
            let end = last.filter(|last| *last >= earliest)?;
            let first = end.saturating_sub(MONTHS.months()).saturating_add(1.day()).max(earliest);
            last = first.yesterday().ok();
            Some((written(first), written(end)))
        })
    }
}

fn read_cursor(cursor: &str) -> Option<(civil::Date, usize)> {
    let (first, skipped) = cursor.split_once('+').unwrap_or((cursor, "0"));
    Some((first.parse().ok()?, skipped.parse().ok()?))
}

/// A day of the contract as a day that can be counted with.
pub(crate) fn civil_date(date: Date) -> Result<civil::Date, Error> {
    let part = |part: u8| i8::try_from(part).unwrap_or(0);
    let year = i16::try_from(date.year).unwrap_or(0);
    civil::Date::new(year, part(date.month), part(date.day))
        .map_err(|_| Error::rejected("range", "malformed", "not a day of the calendar"))
}

/// And back again.
pub(crate) fn contract_date(date: civil::Date) -> Date {
    let part = |part: i8| u8::try_from(part).unwrap_or(1);
    Date { year: u16::try_from(date.year()).unwrap_or(1900), month: part(date.month()), day: part(date.day()) }
}

fn written(date: civil::Date) -> String {
    write_date(contract_date(date))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(year: u16, month: u8, day: u8) -> Option<Date> {
        Some(Date { year, month, day })
    }

    fn page(cursor: Option<&str>, size: u16) -> PageRequest {
        PageRequest { cursor: cursor.map(str::to_owned), size }
    }

    #[test]
    fn a_long_range_is_walked_in_windows_without_a_gap() {
        let range = DateRange { first: day(2020, 2, 29), last: day(2024, 8, 5) };
        let mut asked = Vec::new();
        let mut cursor: Option<String> = None;
        loop {
            let window = Window::of(&range, &page(cursor.as_deref(), 100), 4).unwrap().unwrap();
            asked.push(window.ends());
            match window.page(vec![(); 24]).1 {
                Some(next) => cursor = Some(next),
                None => break,
            }
        }
        let asked: Vec<_> = asked.iter().map(|(first, last)| (first.as_str(), last.as_str())).collect();
        let expected = [("29.02.2020", "27.02.2022"), ("28.02.2022", "27.02.2024"), ("28.02.2024", "05.08.2024")];
        assert_eq!(asked, expected);
    }

    #[test]
    fn a_window_with_more_items_than_a_page_is_handed_out_in_parts() {
        let range = DateRange { first: day(2024, 1, 1), last: day(2024, 8, 5) };
        let at = |cursor| Window::of(&range, &page(cursor, 2), 4).unwrap().unwrap().page(vec![1, 2, 3, 4, 5]);
        assert_eq!(at(None), (vec![1, 2], Some("2024-01-01+2".to_owned())));
        assert_eq!(at(Some("2024-01-01+2")), (vec![3, 4], Some("2024-01-01+4".to_owned())));
        assert_eq!(at(Some("2024-01-01+4")), (vec![5], None));
    }

    #[test]
    fn an_open_range_goes_back_as_far_as_is_set_and_ends_today() {
        let open = DateRange { first: None, last: None };
        let window = Window::of(&open, &page(None, 100), 4).unwrap().unwrap();
        assert_eq!((window.first, window.end), (today().saturating_sub(4.years()), today()));
        let backwards: Vec<_> = Window::backwards(4).collect();
        assert_eq!((backwards.len(), backwards[0].1.as_str()), (3, written(today()).as_str()));
    }

    #[test]
    fn nothing_is_asked_for_a_range_that_is_empty_and_a_strange_cursor_is_refused() {
        let range = DateRange { first: day(2024, 8, 5), last: day(2024, 8, 4) };
        assert_eq!(Window::of(&range, &page(None, 100), 4), Ok(None));
        for cursor in ["", "x", "2024-01-01+", "1999-01-01", "2024-13-01"] {
            let range = DateRange { first: day(2024, 1, 1), last: None };
            assert!(Window::of(&range, &page(Some(cursor), 100), 4).is_err(), "{cursor}");
        }
    }
}
