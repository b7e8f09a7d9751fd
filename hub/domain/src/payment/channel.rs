//! The ways to pay, each named by a word that settings and requests use.

use serde::{Deserialize, Serialize};

/// Why a text names no way to pay.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` names no payment channel: 2 to 20 lower-case letters and digits")]
pub struct NotAChannel(pub String);

/// A way to pay, by its word.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Channel(String);

impl Channel {
    /// The word.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::str::FromStr for Channel {
    type Err = NotAChannel;

    fn from_str(text: &str) -> Result<Self, NotAChannel> {
        let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        match (2..=20).contains(&text.len()) && text.bytes().all(is_plain) {
            true => Ok(Self(text.to_owned())),
            false => Err(NotAChannel(text.chars().take(40).collect())),
        }
    }
}

impl TryFrom<String> for Channel {
    type Error = NotAChannel;

    fn try_from(text: String) -> Result<Self, NotAChannel> {
        text.parse()
    }
}

impl From<Channel> for String {
    fn from(channel: Channel) -> String {
        channel.0
    }
}

impl std::fmt::Display for Channel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_channel_is_a_plain_word_that_can_stand_in_an_address() {
        assert!("card24".parse::<Channel>().is_ok());
        for wrong in ["", "a", "Card", "card/24", "card-24", &"x".repeat(21)] {
            assert!(wrong.parse::<Channel>().is_err(), "{wrong}");
        }
    }
}
