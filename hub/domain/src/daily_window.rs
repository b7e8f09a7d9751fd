//! A part of each day, in local time.

use std::str::FromStr;

use jiff::{
    Timestamp, ToSpan,
    civil::{Date, Time},
    tz::TimeZone,
};
use serde::Deserialize;

/// A part of each day, in local time: `01:00-03:00`, or `23:30-00:30` across midnight. Its end is outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct DailyWindow {
    begins: Time,
    ends: Time,
}

/// Why a text is no [`DailyWindow`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no window such as 01:00-03:00")]
pub struct NotAWindow(String);

impl FromStr for DailyWindow {
    type Err = NotAWindow;

    fn from_str(text: &str) -> Result<Self, NotAWindow> {
        let wrong = || NotAWindow(text.chars().take(40).collect());
        let (begins, ends) = text.split_once('-').ok_or_else(wrong)?;
        let time = |text: &str| {
            let text = text.trim();
            let is_short = text.len() == 5 && text.as_bytes()[2] == b':';
            text.parse().ok().filter(|_| is_short).ok_or_else(wrong)
        };
        let window = Self { begins: time(begins)?, ends: time(ends)? };
        // one that ends as it begins could be no time at all or the whole day
        if window.begins == window.ends { Err(wrong()) } else { Ok(window) }
    }
}

impl TryFrom<String> for DailyWindow {
    type Error = NotAWindow;

    fn try_from(text: String) -> Result<Self, NotAWindow> {
        text.parse()
    }
}

impl DailyWindow {
    /// When the window that `now` lies in began and will end; `None` outside of it.
    pub fn around(&self, now: Timestamp, zone: &TimeZone) -> Option<(Timestamp, Timestamp)> {
        let today = now.to_zoned(zone.clone()).date();
        // one that began yesterday may last past midnight
        let days = [today.checked_sub(1.day()).ok(), Some(today)];
        let on_them = days.into_iter().flatten().filter_map(|day| self.on(day, zone));
        on_them.filter(|(begins, ends)| (*begins..*ends).contains(&now)).max_by_key(|(_, ends)| *ends)
    }

    /// The window that begins on this local day. Where the clock changes, the longer reading of it holds.
    fn on(&self, day: Date, zone: &TimeZone) -> Option<(Timestamp, Timestamp)> {
        let last = if self.ends <= self.begins { day.checked_add(1.day()).ok()? } else { day };
        let begins = zone.to_ambiguous_timestamp(day.to_datetime(self.begins)).earlier().ok()?;
        let ends = zone.to_ambiguous_timestamp(last.to_datetime(self.ends)).later().ok()?;
        Some((begins, ends))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_window_is_refused() {
        for text in ["", "01:00", "01:00-01:00", "1-3", "01:00-25:00", "01:00:30-02:00", "a-b"] {
            assert!(text.parse::<DailyWindow>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_night_is_the_window_from_the_evening_to_the_morning_also_when_the_clock_changes_in_it() {
        let (night, zone) = ("22:00-06:00".parse::<DailyWindow>().unwrap(), TimeZone::get("Europe/Ljubljana").unwrap());
        let around = |now: &str| night.around(now.parse().unwrap(), &zone).map(|(b, e)| (b.to_string(), e.to_string()));
        let window = |begins: &str, ends: &str| Some((begins.to_owned(), ends.to_owned()));
        assert_eq!(around("2026-11-22T22:30:00Z"), window("2026-11-22T21:00:00Z", "2026-11-23T05:00:00Z"));
        assert_eq!(around("2026-11-23T05:00:00Z"), None);
        // nine hours long when the clock goes back, seven when it goes forward
        assert_eq!(around("2026-10-25T02:00:00Z"), window("2026-10-24T20:00:00Z", "2026-10-25T05:00:00Z"));
        assert_eq!(around("2026-03-29T02:00:00Z"), window("2026-03-28T21:00:00Z", "2026-03-29T04:00:00Z"));
    }
}
