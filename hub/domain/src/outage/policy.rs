//! When whoever subscribed is told of an outage.

use jiff::{SignedDuration, Timestamp, tz::TimeZone};

use super::{Outage, OutageState};
use crate::DailyWindow;

/// How long an outage counts whose end nobody can say.
const OPEN_END: SignedDuration = SignedDuration::from_hours(24);

/// What a provider wants of the notices about its outages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OutagePolicy {
    /// When people are left in peace, in its zone; what is urgent goes out nevertheless.
    pub quiet_hours: Option<DailyWindow>,
    /// How long before an outage begins its subscribers are reminded of it, if at all.
    pub remind_before: Option<SignedDuration>,
    /// How long before it begins an outage is to be announced; its operator is warned of one that comes later.
    pub announce_ahead: Option<SignedDuration>,
    /// For how many supply points one phone or address can be signed up without a portal account.
    pub most_points: u32,
}

impl Default for OutagePolicy {
    fn default() -> Self {
        Self { quiet_hours: None, remind_before: None, announce_ahead: None, most_points: 10 }
    }
}

/// When a revision of an outage is told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Schedule {
    /// When the revision itself is.
    pub notice: Timestamp,
    /// When its subscribers are reminded, if they are.
    pub reminder: Option<Timestamp>,
    /// From when on nothing more is said of it: it is over.
    pub until: Timestamp,
}

impl OutagePolicy {
    /// When a revision that became known now is told of; `None` where the outage is over.
    ///
    /// It is told at once; quiet hours hold it back until they end, unless the outage is under way by then. A reminder that
    /// falls into quiet hours waits for their end too, or goes out before they begin where the outage begins in them.
    pub fn schedule(&self, outage: &Outage, zone: &TimeZone, now: Timestamp) -> Option<Schedule> {
        let until = outage.end.unwrap_or_else(|| outage.start.saturating_add(OPEN_END).unwrap_or(Timestamp::MAX));
        if until <= now {
            return None;
        }
        let notice = match self.quiet_at(now, zone) {
            Some((_, ends)) if outage.start >= ends => ends,
            _ => now,
        };
        let reminder = self.remind_before.filter(|_| outage.state != OutageState::Cancelled).and_then(|before| {
            let due = outage.start.checked_sub(before).ok()?;
            match self.quiet_at(due, zone) {
                Some((_, ends)) if outage.start > ends => Some(ends),
                Some((begins, _)) => Some(begins),
                None => Some(due),
            }
        });
        // whoever was told just now needs no reminder
        Some(Schedule { notice, reminder: reminder.filter(|due| *due > notice), until })
    }

    /// Whether an outage was announced later than it is to be. One that was changed or cancelled was announced before.
    pub fn is_late(&self, outage: &Outage) -> bool {
        let Some(ahead) = self.announce_ahead else { return false };
        outage.state == OutageState::Announced && outage.start.duration_since(outage.changed) < ahead
    }

    fn quiet_at(&self, time: Timestamp, zone: &TimeZone) -> Option<(Timestamp, Timestamp)> {
        self.quiet_hours?.around(time, zone)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outage(start: &str, end: Option<&str>) -> Outage {
        Outage {
            external_id: "O-1".parse().unwrap(),
            revision: 1,
            state: OutageState::Announced,
            start: start.parse().unwrap(),
            end: end.map(|end| end.parse().unwrap()),
            reason: None,
            point_numbers: Vec::new(),
            changed: "2026-11-20T08:00:00Z".parse().unwrap(),
        }
    }

    fn policy() -> OutagePolicy {
        OutagePolicy {
            quiet_hours: Some("22:00-06:00".parse().unwrap()),
            remind_before: Some(SignedDuration::from_hours(24)),
            announce_ahead: Some(SignedDuration::from_hours(48)),
            ..OutagePolicy::default()
        }
    }

    /// When notice and reminder are due, in Ljubljana.
    fn due(outage: &Outage, now: &str) -> Option<(String, Option<String>)> {
        let zone = TimeZone::get("Europe/Ljubljana").unwrap();
        let schedule = policy().schedule(outage, &zone, now.parse().unwrap())?;
        Some((schedule.notice.to_string(), schedule.reminder.map(|due| due.to_string())))
    }

    fn told(notice: &str, reminder: Option<&str>) -> Option<(String, Option<String>)> {
        Some((notice.to_owned(), reminder.map(str::to_owned)))
    }

    #[test]
    fn an_outage_is_told_at_once_and_again_a_day_before_it_begins() {
        let outage = outage("2026-11-25T08:00:00Z", Some("2026-11-25T12:00:00Z"));
        assert_eq!(due(&outage, "2026-11-20T09:00:00Z"), told("2026-11-20T09:00:00Z", Some("2026-11-24T08:00:00Z")));
        assert_eq!(due(&outage, "2026-11-24T09:00:00Z"), told("2026-11-24T09:00:00Z", None), "it was told just now");
        assert_eq!(due(&outage, "2026-11-25T12:00:00Z"), None, "it is over");
        let cancelled = Outage { state: OutageState::Cancelled, ..outage };
        assert_eq!(due(&cancelled, "2026-11-20T09:00:00Z"), told("2026-11-20T09:00:00Z", None));
    }

    #[test]
    fn quiet_hours_hold_back_what_is_not_urgent() {
        let later = outage("2026-11-25T08:00:00Z", None);
        // half past midnight: until six in the morning, which is five in UTC
        assert_eq!(due(&later, "2026-11-22T23:30:00Z").unwrap().0, "2026-11-23T05:00:00Z");
        let tonight = outage("2026-11-23T04:59:00Z", None);
        assert_eq!(due(&tonight, "2026-11-22T23:30:00Z").unwrap().0, "2026-11-22T23:30:00Z");
        let under_way = outage("2026-11-22T20:00:00Z", None);
        assert_eq!(due(&under_way, "2026-11-22T23:30:00Z").unwrap().0, "2026-11-22T23:30:00Z");
    }

    #[test]
    fn quiet_hours_in_which_the_clock_changes_end_when_it_says_so() {
        let later = outage("2026-10-27T08:00:00Z", None);
        assert_eq!(due(&later, "2026-10-24T21:00:00Z").unwrap().0, "2026-10-25T05:00:00Z", "back");
        let later = outage("2026-03-31T08:00:00Z", None);
        assert_eq!(due(&later, "2026-03-28T22:00:00Z").unwrap().0, "2026-03-29T04:00:00Z", "forward");
    }

    #[test]
    fn a_reminder_in_quiet_hours_waits_for_their_end_or_comes_before_they_begin() {
        let at_three = outage("2026-11-25T02:00:00Z", None);
        assert_eq!(due(&at_three, "2026-11-20T09:00:00Z").unwrap().1.unwrap(), "2026-11-24T05:00:00Z");
        let short = OutagePolicy { remind_before: Some(SignedDuration::from_hours(2)), ..policy() };
        let zone = TimeZone::get("Europe/Ljubljana").unwrap();
        let schedule = short.schedule(&at_three, &zone, "2026-11-20T09:00:00Z".parse().unwrap()).unwrap();
        assert_eq!(schedule.reminder.unwrap().to_string(), "2026-11-24T21:00:00Z");
    }

    #[test]
    fn one_that_is_announced_later_than_it_is_to_be_is_late() {
        assert!(policy().is_late(&outage("2026-11-22T07:59:59Z", None)));
        assert!(!policy().is_late(&outage("2026-11-22T08:00:00Z", None)));
        let cancelled = Outage { state: OutageState::Cancelled, ..outage("2026-11-21T08:00:00Z", None) };
        assert!(!policy().is_late(&cancelled));
        assert!(!OutagePolicy::default().is_late(&outage("2026-11-20T08:00:00Z", None)));
    }
}
