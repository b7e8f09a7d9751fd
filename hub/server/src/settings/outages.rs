//! What a provider wants of the notices about its outages.

use jiff::SignedDuration;
use komunala_domain::{DailyWindow, outage::OutagePolicy};
use serde::Deserialize;

/// When people are told, and how many supply points a phone or address can be signed up for.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct OutagesSection {
    /// When people are left in peace, in local time: `22:00-06:00`. What is urgent goes out nevertheless. Left out, there
    /// are no such hours.
    pub quiet_hours: Option<DailyWindow>,
    /// How long before an outage begins its subscribers are reminded of it; left out, they are not.
    pub remind_before: Option<SignedDuration>,
    /// How long before it begins an outage is to be announced: an operator is warned of one that comes later.
    pub announce_ahead: Option<SignedDuration>,
    /// For how many supply points one phone or address can be signed up without a portal account, 1 to 1000.
    pub most_points: Option<u32>,
}

/// The longest time before an outage that means anything.
const LONGEST: SignedDuration = SignedDuration::from_hours(60 * 24);
/// More supply points than anybody signs up for one by one.
const MOST_POINTS: u32 = 1000;

impl OutagesSection {
    pub(super) fn policy(self, wrong: &mut impl FnMut(&str, String)) -> OutagePolicy {
        for (field, time) in [("remind_before", self.remind_before), ("announce_ahead", self.announce_ahead)] {
            if time.is_some_and(|time| !time.is_positive() || time > LONGEST) {
                wrong(
                    &format!("provider.outages.{field}"),
                    "more than no time and at most 60 days are needed".to_owned(),
                );
            }
        }
        if self.most_points.is_some_and(|most| !(1..=MOST_POINTS).contains(&most)) {
            wrong("provider.outages.most_points", format!("a number from 1 to {MOST_POINTS} is needed"));
        }
        let OutagesSection { quiet_hours, remind_before, announce_ahead, most_points } = self;
        let most_points = most_points.unwrap_or(OutagePolicy::default().most_points);
        OutagePolicy { quiet_hours, remind_before, announce_ahead, most_points }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn section(text: &str) -> (OutagePolicy, Vec<String>) {
        let mut problems = Vec::new();
        let section: OutagesSection = toml::from_str(text).unwrap();
        let policy = section.policy(&mut |field, _| problems.push(field.to_owned()));
        (policy, problems)
    }

    #[test]
    fn what_is_left_out_is_not_done() {
        assert_eq!(section(""), (OutagePolicy::default(), Vec::new()));
        let (policy, problems) = section("quiet_hours = '22:00-06:00'\nremind_before = '24h'\nannounce_ahead = '48h'");
        assert!(policy.quiet_hours.is_some() && problems.is_empty());
        assert_eq!(policy.remind_before, Some(SignedDuration::from_hours(24)));
    }

    #[test]
    fn times_and_numbers_have_bounds() {
        let (_, problems) = section("remind_before = '0s'\nannounce_ahead = '1500h'\nmost_points = 0");
        let fields =
            ["provider.outages.remind_before", "provider.outages.announce_ahead", "provider.outages.most_points"];
        assert_eq!(problems, fields);
    }
}
