//! What an adapter can be called.

use std::{fmt, str::FromStr};

/// A short word: it names a folder, a package, and the adapter in settings files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name(String);

/// Why a text is no name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` cannot be the name of an adapter: 2 to 32 lower-case letters, digits and hyphens, beginning with a letter"
)]
pub struct NotAName(String);

/// What a project has in folders or packages of that name already.
const TAKEN: [&str; 5] = ["sdk", "wit", "check", "src", "target"];

impl Name {
    /// The name itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name of its package.
    pub(super) fn package(&self) -> String {
        format!("{}-adapter", self.0)
    }
}

impl FromStr for Name {
    type Err = NotAName;

    fn from_str(text: &str) -> Result<Self, NotAName> {
        let is_word = (2..=32).contains(&text.len())
            && text.starts_with(|first: char| first.is_ascii_lowercase())
            && !text.ends_with('-')
            && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        match is_word && !TAKEN.contains(&text) {
            true => Ok(Self(text.to_owned())),
            false => Err(NotAName(text.chars().take(64).collect())),
        }
    }
}

impl fmt::Display for Name {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_short_word_that_leads_nowhere_else() {
        assert_eq!("waste-2".parse::<Name>().unwrap().package(), "waste-2-adapter");
        for wrong in ["", "w", "Waste", "2waste", "../waste", "waste/x", "waste-", "sdk", "смеће", &"w".repeat(33)]
        {
            assert!(wrong.parse::<Name>().is_err(), "{wrong}");
        }
    }
}
