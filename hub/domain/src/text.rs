//! Bounded texts that come from outside.

use serde::{Deserialize, Serialize};

/// Why a text from outside was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Nothing but blanks.
    #[error("empty")]
    Empty,
    /// More than the allowed number of bytes.
    #[error("longer than {max} bytes")]
    TooLong {
        /// The most that is allowed, in bytes of UTF-8.
        max: usize,
    },
    /// A control character, a line break among them.
    #[error("holds a control character")]
    Control,
}

/// Checks a text of one line: not empty, at most `max` bytes, no control characters.
pub fn single_line(text: &str, max: usize) -> Result<&str, TextError> {
    if text.chars().all(char::is_whitespace) {
        return Err(TextError::Empty);
    }
    if text.len() > max {
        return Err(TextError::TooLong { max });
    }
    // nearly all texts are ASCII, and a page of bills has hundreds of ids: bytes first
    let is_plain = text.bytes().fold(true, |plain, byte| plain & matches!(byte, b' '..=b'~'));
    if !is_plain && text.chars().any(char::is_control) {
        return Err(TextError::Control);
    }
    Ok(text)
}

/// What a billing system calls a thing. Unique only within a provider and a kind of thing; at most 128 bytes.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ExternalId(String);

impl ExternalId {
    /// The most bytes an external id has.
    pub const MAX: usize = 128;

    /// The id as the billing system writes it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for ExternalId {
    type Error = TextError;

    fn try_from(text: String) -> Result<Self, TextError> {
        single_line(&text, Self::MAX)?;
        Ok(Self(text))
    }
}

impl std::str::FromStr for ExternalId {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        Self::try_from(text.to_owned())
    }
}

impl From<ExternalId> for String {
    fn from(id: ExternalId) -> String {
        id.0
    }
}

impl std::fmt::Display for ExternalId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}
