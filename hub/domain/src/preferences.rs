//! What a user wants to be told, on which channels, and when not.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{Timestamp, civil::Time, tz::TimeZone};

use crate::{Channel, DailyWindow};

/// What people may choose to be told of. What is about their account or its safety they are told in any case; how bills
/// come is a matter of consent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NewsTopic {
    /// What became of readings that they handed in.
    Readings,
    /// Answers to what they asked.
    Requests,
}

impl NewsTopic {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Readings, Self::Requests];

    /// Its name: one word in lower case.
    pub fn word(self) -> &'static str {
        match self {
            Self::Readings => "readings",
            Self::Requests => "requests",
        }
    }

    /// The channels on which it is told at all.
    pub fn channels(self) -> &'static [Channel] {
        &[Channel::Email]
    }
}

/// Why a word names no topic.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is none of the topics readings, requests")]
pub struct UnknownTopic(pub String);

impl std::str::FromStr for NewsTopic {
    type Err = UnknownTopic;

    fn from_str(word: &str) -> Result<Self, UnknownTopic> {
        let named = Self::ALL.into_iter().find(|topic| topic.word() == word);
        named.ok_or_else(|| UnknownTopic(word.chars().take(40).collect()))
    }
}

/// A part of each day in which somebody wants to be left alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuietHours {
    start: Time,
    end: Time,
    window: DailyWindow,
    zone: TimeZone,
}

/// Why times make no quiet hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotQuietHours {
    /// The start is no time of day.
    #[error("the start is no time such as 22:00")]
    Start,
    /// The end is no time of day, or the same as the start.
    #[error("the end is no time such as 06:30, other than the start")]
    End,
    /// The zone is none.
    #[error("the time zone is none such as Europe/Belgrade")]
    Zone,
}

impl QuietHours {
    /// From a start to an end, `22:00` and `06:30`, in a zone by its IANA name.
    pub fn parse(start: &str, end: &str, zone: &str) -> Result<Self, NotQuietHours> {
        let time = |text: &str| text.parse::<Time>().ok().filter(|_| text.len() == 5);
        let (from, until) = (time(start).ok_or(NotQuietHours::Start)?, time(end).ok_or(NotQuietHours::End)?);
        let window = format!("{start}-{end}").parse().map_err(|_| NotQuietHours::End)?;
        let zone = TimeZone::get(zone).map_err(|_| NotQuietHours::Zone)?;
        // a zone without a name could not be kept
        if zone.iana_name().is_none() {
            return Err(NotQuietHours::Zone);
        }
        Ok(Self { start: from, end: until, window, zone })
    }

    /// When they begin: `22:00`.
    pub fn start(&self) -> String {
        self.start.strftime("%H:%M").to_string()
    }

    /// When they end: `06:30`.
    pub fn end(&self) -> String {
        self.end.strftime("%H:%M").to_string()
    }

    /// In which zone, by its IANA name.
    pub fn zone(&self) -> &str {
        self.zone.iana_name().unwrap_or("UTC")
    }

    /// When the ones at `now` end; `None` outside of them.
    pub fn end_of(&self, now: Timestamp) -> Option<Timestamp> {
        self.window.around(now, &self.zone).map(|(_, end)| end)
    }
}

/// What a user wants.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Preferences {
    /// The channels for each topic that the user decided about; none to be told in the portal alone.
    pub topics: BTreeMap<NewsTopic, BTreeSet<Channel>>,
    /// When they want to be left alone.
    pub quiet_hours: Option<QuietHours>,
}

impl Preferences {
    /// The channels on which somebody is told of a topic: every one there is, unless they said otherwise.
    pub fn channels(&self, topic: NewsTopic) -> BTreeSet<Channel> {
        let offered: BTreeSet<_> = topic.channels().iter().copied().collect();
        match self.topics.get(&topic) {
            Some(wanted) => wanted & &offered,
            None => offered,
        }
    }

    /// When news of a topic may leave on a channel: `None` for never.
    pub fn due(&self, topic: NewsTopic, channel: Channel, now: Timestamp) -> Option<Timestamp> {
        let wanted = self.channels(topic).contains(&channel);
        wanted.then(|| self.quiet_hours.as_ref().and_then(|quiet| quiet.end_of(now)).unwrap_or(now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(time: &str) -> Timestamp {
        time.parse().unwrap()
    }

    #[test]
    fn who_says_nothing_is_told_at_once_and_who_wants_nothing_never() {
        let (now, mut wishes) = (at("2026-11-22T12:00:00Z"), Preferences::default());
        assert_eq!(wishes.due(NewsTopic::Readings, Channel::Email, now), Some(now));
        wishes.topics.insert(NewsTopic::Readings, BTreeSet::new());
        assert_eq!(wishes.due(NewsTopic::Readings, Channel::Email, now), None);
        assert_eq!(wishes.due(NewsTopic::Requests, Channel::Email, now), Some(now));
        // what is told on no phone is not told on one because somebody wishes it
        wishes.topics.insert(NewsTopic::Requests, BTreeSet::from(Channel::ALL));
        assert_eq!(wishes.due(NewsTopic::Requests, Channel::Sms, now), None);
    }

    #[test]
    fn in_quiet_hours_news_wait_for_their_end() {
        let quiet_hours = Some(QuietHours::parse("22:00", "06:30", "Europe/Belgrade").unwrap());
        let wishes = Preferences { quiet_hours, ..Preferences::default() };
        let due = |now: &str| wishes.due(NewsTopic::Requests, Channel::Email, at(now)).unwrap();
        assert_eq!(due("2026-11-22T23:00:00Z"), at("2026-11-23T05:30:00Z"));
        assert_eq!(due("2026-11-23T05:30:00Z"), at("2026-11-23T05:30:00Z"));
        assert_eq!(due("2026-11-23T12:00:00Z"), at("2026-11-23T12:00:00Z"));
    }

    #[test]
    fn what_is_wrong_with_quiet_hours_is_named() {
        let parse = |start, end, zone| QuietHours::parse(start, end, zone).map(|quiet| (quiet.start(), quiet.end()));
        assert_eq!(parse("22:00", "06:30", "Europe/Kyiv"), Ok(("22:00".to_owned(), "06:30".to_owned())));
        assert_eq!(parse("22", "06:30", "UTC"), Err(NotQuietHours::Start));
        assert_eq!(parse("22:00", "24:30", "UTC"), Err(NotQuietHours::End));
        assert_eq!(parse("22:00", "22:00", "UTC"), Err(NotQuietHours::End));
        assert_eq!(parse("22:00", "06:30", "Europe/Atlantis"), Err(NotQuietHours::Zone));
    }
}
