//! When a billing system is down as a matter of routine: every night while its backups run.

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use serde::Deserialize;

use crate::daily_window::DailyWindow;

/// More windows a day than any utility announces.
const MOST_WINDOWS: usize = 16;

/// All windows of a billing system.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Vec<DailyWindow>")]
pub struct Maintenance(Vec<DailyWindow>);

/// More windows than a day has room for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("more than {MOST_WINDOWS} windows")]
pub struct TooManyWindows;

impl TryFrom<Vec<DailyWindow>> for Maintenance {
    type Error = TooManyWindows;

    fn try_from(windows: Vec<DailyWindow>) -> Result<Self, TooManyWindows> {
        if windows.len() > MOST_WINDOWS { Err(TooManyWindows) } else { Ok(Self(windows)) }
    }
}

impl Maintenance {
    /// How long it still lasts at this moment; none if it is not on. Windows that touch are one.
    pub fn left(&self, now: Timestamp, zone: &TimeZone) -> Option<SignedDuration> {
        let mut end = now;
        // each window can move the end once; a day that is down all round must not go on for ever
        for _ in 0..=self.0.len() {
            match self.0.iter().filter_map(|window| window.around(end, zone)).map(|(_, end)| end).max() {
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
    fn more_windows_than_a_day_has_room_for_are_refused() {
        let many = vec!["01:00-03:00".parse().unwrap(); 17];
        assert_eq!(Maintenance::try_from(many), Err(TooManyWindows));
    }
}
