//! When a billing system is down as a matter of routine: every night while its backups run.

use std::str::FromStr;

use jiff::{
    SignedDuration, Timestamp, ToSpan,
    civil::{Date, Time},
    tz::TimeZone,
};
use serde::Deserialize;

/// More windows a day than any utility announces.
const MOST_WINDOWS: usize = 16;

/// A part of each day, in local time: `01:00-03:00`, or `23:30-00:30` across midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct MaintenanceWindow {
    begins: Time,
    ends: Time,
}

/// Why a text is no [`MaintenanceWindow`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no window such as 01:00-03:00")]
pub struct NotAWindow(String);

impl FromStr for MaintenanceWindow {
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

impl TryFrom<String> for MaintenanceWindow {
    type Error = NotAWindow;

    fn try_from(text: String) -> Result<Self, NotAWindow> {
        text.parse()
    }
}

impl MaintenanceWindow {
    /// The window that begins on this local day. Where the clock changes, the longer reading of it holds.
    fn on(&self, day: Date, zone: &TimeZone) -> Option<(Timestamp, Timestamp)> {
        let last = if self.ends <= self.begins { day.checked_add(1.day()).ok()? } else { day };
        let begins = zone.to_ambiguous_timestamp(day.to_datetime(self.begins)).earlier().ok()?;
        let ends = zone.to_ambiguous_timestamp(last.to_datetime(self.ends)).later().ok()?;
        Some((begins, ends))
    }

    fn end_of(&self, now: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        let today = now.to_zoned(zone.clone()).date();
        // one that began yesterday may last past midnight
        let days = [today.checked_sub(1.day()).ok(), Some(today)];
        let around = days.into_iter().flatten().filter_map(|day| self.on(day, zone));
        around.filter(|(begins, ends)| (*begins..*ends).contains(&now)).map(|(_, ends)| ends).max()
    }
}

/// All windows of a billing system.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Vec<MaintenanceWindow>")]
pub struct Maintenance(Vec<MaintenanceWindow>);

/// More windows than a day has room for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("more than {MOST_WINDOWS} windows")]
pub struct TooManyWindows;

impl TryFrom<Vec<MaintenanceWindow>> for Maintenance {
    type Error = TooManyWindows;

    fn try_from(windows: Vec<MaintenanceWindow>) -> Result<Self, TooManyWindows> {
        if windows.len() > MOST_WINDOWS { Err(TooManyWindows) } else { Ok(Self(windows)) }
    }
}

impl Maintenance {
    /// How long it still lasts at this moment; none if it is not on. Windows that touch are one.
    pub fn left(&self, now: Timestamp, zone: &TimeZone) -> Option<SignedDuration> {
        let mut end = now;
        // each window can move the end once; a day that is down all round must not go on for ever
        for _ in 0..=self.0.len() {
            match self.0.iter().filter_map(|window| window.end_of(end, zone)).max() {
                Some(later) if later > end => end = later,
                _ => break,
            }
        }
        (end > now).then(|| end.duration_since(now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn maintenance(windows: &[&str]) -> Maintenance {
        Maintenance::try_from(windows.iter().map(|it| it.parse().unwrap()).collect::<Vec<_>>()).unwrap()
    }

    /// Minutes that maintenance still lasts at a moment in UTC, in Belgrade.
    fn left(windows: &[&str], now: &str) -> Option<i64> {
        let belgrade = TimeZone::get("Europe/Belgrade").unwrap();
        maintenance(windows).left(now.parse().unwrap(), &belgrade).map(|left| left.as_secs() / 60)
    }

    #[test]
    fn a_window_is_local_time_and_its_end_is_outside() {
        let nightly = ["01:00-03:00"];
        assert_eq!(left(&nightly, "2024-08-05T22:59:59Z"), None);
        assert_eq!(left(&nightly, "2024-08-05T23:00:00Z"), Some(120));
        assert_eq!(left(&nightly, "2024-08-06T00:45:00Z"), Some(15));
        assert_eq!(left(&nightly, "2024-08-06T01:00:00Z"), None);
        assert_eq!(left(&nightly, "2024-12-06T00:00:00Z"), Some(120), "in winter an hour later");
    }

    #[test]
    fn a_window_may_cross_midnight() {
        let late = ["23:30-00:30"];
        assert_eq!(left(&late, "2024-08-05T21:30:00Z"), Some(60));
        assert_eq!(left(&late, "2024-08-05T22:15:00Z"), Some(15));
        assert_eq!(left(&late, "2024-08-05T22:30:00Z"), None);
        assert_eq!(left(&late, "2024-08-05T21:29:00Z"), None);
    }

    #[test]
    fn a_night_in_which_the_clock_changes_is_as_long_as_it_is() {
        let nightly = ["01:00-03:00"];
        // forward at 02:00: 01:00 CET to 03:00 CEST
        assert_eq!(left(&nightly, "2024-03-31T00:00:00Z"), Some(60));
        // back at 03:00: 01:00 CEST to 03:00 CET
        assert_eq!(left(&nightly, "2024-10-26T23:00:00Z"), Some(180));
        assert_eq!(left(&nightly, "2024-10-27T01:30:00Z"), Some(30));
        // an end that comes twice is the second one
        assert_eq!(left(&["01:00-02:30"], "2024-10-27T01:00:00Z"), Some(30));
    }

    #[test]
    fn windows_that_touch_are_one() {
        assert_eq!(left(&["01:00-02:00", "02:00-03:00"], "2024-08-05T23:30:00Z"), Some(90));
        assert!(left(&["00:00-12:00", "12:00-00:00"], "2024-08-05T23:30:00Z").is_some());
        assert_eq!(left(&[], "2024-08-05T23:30:00Z"), None);
    }

    #[test]
    fn what_is_no_window_is_refused() {
        for text in ["", "01:00", "01:00-01:00", "1-3", "01:00-25:00", "01:00:30-02:00", "a-b"] {
            assert!(text.parse::<MaintenanceWindow>().is_err(), "{text}");
        }
        let many = vec!["01:00-03:00".parse().unwrap(); 17];
        assert_eq!(Maintenance::try_from(many), Err(TooManyWindows));
    }
}
