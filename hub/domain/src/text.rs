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

/// Whether a text is what nearly every one is: at most `max` bytes of printable ASCII, of which the first is no blank.
///
/// A page of bills has hundreds of short texts, so it is worth finding out quickly that there is nothing to look at.
#[inline]
pub fn is_plain(text: &str, max: usize) -> bool {
    let bytes = text.as_bytes();
    let (words, _) = bytes.as_chunks();
    bytes.len() <= max
        && bytes.first().is_some_and(u8::is_ascii_graphic)
        && words.iter().all(|word| are_printable(*word))
        && match bytes.last_chunk() {
            // the last eight, some of which may have been looked at already
            Some(last) => are_printable(*last),
            None => bytes.iter().all(|byte| matches!(byte, b' '..=b'~')),
        }
}

/// Eight bytes at once. The top bit of a byte is set where it was (no ASCII), where the byte was below a blank, and
/// where it was above a tilde; a borrow or carry begins only at a byte that is flagged itself.
fn are_printable(bytes: [u8; 8]) -> bool {
    const EACH: u64 = 0x0101_0101_0101_0101;
    let word = u64::from_le_bytes(bytes);
    (word | word.wrapping_sub(EACH * 0x20) | word.wrapping_add(EACH)) & (EACH * 0x80) == 0
}

/// Checks a text of one line: not empty, at most `max` bytes, no control characters.
#[inline]
pub fn single_line(text: &str, max: usize) -> Result<&str, TextError> {
    if is_plain(text, max) { Ok(text) } else { unusual_line(text, max) }
}

#[inline(never)]
fn unusual_line(text: &str, max: usize) -> Result<&str, TextError> {
    if text.chars().all(char::is_whitespace) {
        return Err(TextError::Empty);
    }
    if text.len() > max {
        return Err(TextError::TooLong { max });
    }
    if text.chars().any(char::is_control) {
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

    #[inline]
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_is_printable_ascii_wherever_the_byte_stands() {
        for byte in 0..=u8::MAX {
            let character = char::from(byte);
            for at in 1..20 {
                let text: String = (0..20).map(|place| if place == at { character } else { 'x' }).collect();
                assert_eq!(is_plain(&text, 40), matches!(byte, b' '..=b'~'), "{byte:#x} at {at}");
            }
        }
        assert!(is_plain("x", 1) && !is_plain("xy", 1) && !is_plain("", 1) && !is_plain(" x", 2));
    }

    #[test]
    fn a_line_may_hold_letters_of_any_script_but_no_control_characters() {
        assert_eq!(single_line(" Ђорђе Đorđević", 64), Ok(" Ђорђе Đorđević"));
        assert_eq!(single_line("a\nb", 64), Err(TextError::Control));
        assert_eq!(single_line("č\u{85}", 64), Err(TextError::Control));
        assert_eq!(single_line(" \n", 64), Err(TextError::Empty));
        assert_eq!(single_line("čč", 3), Err(TextError::TooLong { max: 3 }));
    }
}
