//! Who wants to be told of what happens at a supply point.

use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{Channel, ProviderId, ids::SubscriptionId};

/// What somebody wants to be told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    /// Interruptions of supply.
    Outage,
}

impl Topic {
    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Outage => "outage",
        }
    }
}

/// A word that is no topic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a topic that can be subscribed to: outage")]
pub struct NotATopic;

impl FromStr for Topic {
    type Err = NotATopic;

    fn from_str(word: &str) -> Result<Self, NotATopic> {
        [Self::Outage].into_iter().find(|topic| topic.word() == word).ok_or(NotATopic)
    }
}

/// Why a text is no [`PointNumber`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the number of a supply point: letters, digits, `-` and `/`, at most {max} bytes", max = PointNumber::MAX)]
pub struct NotAPointNumber;

/// The number of a supply point as it is printed on the bill: letters, digits, `-` and `/`. It is no secret, and says
/// nothing of whose it is. Anybody can type one, and it is repeated to others: nothing that a mail program takes for a link
/// is a number.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PointNumber(String);

impl PointNumber {
    /// The most bytes a number has, as in the contract with adapters.
    pub const MAX: usize = 32;

    /// The number as it is printed.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for PointNumber {
    type Err = NotAPointNumber;

    fn from_str(text: &str) -> Result<Self, NotAPointNumber> {
        let text = text.trim();
        let is_one = text.chars().all(|letter| letter.is_alphanumeric() || matches!(letter, '-' | '/'));
        if is_one && (1..=Self::MAX).contains(&text.len()) { Ok(Self(text.to_owned())) } else { Err(NotAPointNumber) }
    }
}

impl TryFrom<String> for PointNumber {
    type Error = NotAPointNumber;

    fn try_from(text: String) -> Result<Self, NotAPointNumber> {
        text.parse()
    }
}

impl From<PointNumber> for String {
    fn from(number: PointNumber) -> Self {
        number.0
    }
}

impl std::fmt::Display for PointNumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// What somebody wants to be told of, and where that happens.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Interest {
    /// Of what.
    pub topic: Topic,
    /// Whose supply point.
    pub provider: ProviderId,
    /// Which. The hub does not know all points that there are, and never says whether it knows one.
    pub point: PointNumber,
}

/// How somebody showed that they want to be told, and that the address is theirs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SignUpWay {
    /// Signed in, for a supply point of an account of theirs.
    Portal,
    /// A code was sent there and given back.
    Code,
    /// They wrote from that phone.
    Sms,
}

/// Somebody's wish to be told of something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscription {
    /// Its id.
    pub id: SubscriptionId,
    /// Of what.
    pub interest: Interest,
    /// How, in the order of [`Channel`].
    pub channels: Vec<Channel>,
    /// Since when.
    pub since: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_leads_to_its_topic_and_no_other_does() {
        assert_eq!("outage".parse(), Ok(Topic::Outage));
        assert!("bill".parse::<Topic>().is_err());
    }

    #[test]
    fn a_points_number_is_one_line_as_it_is_printed() {
        assert_eq!(" 6-123456 ".parse::<PointNumber>().unwrap().as_str(), "6-123456");
        for wrong in ["", "  ", "6\n1", "6 1", "win.example", "http://x", &"6".repeat(33)] {
            assert!(wrong.parse::<PointNumber>().is_err(), "{wrong:?}");
        }
    }
}
