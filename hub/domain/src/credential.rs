//! What proves that somebody is a provider's customer or a portal's user. None of it is ever printed.

mod common;

use crate::text::{TextError, single_line};

macro_rules! redacted {
    ($name:ident) => {
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    };
}

/// The customer number as it stands on the paper bill; leading zeros count. At most 64 bytes.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct CustomerNumber(String);
redacted!(CustomerNumber);

impl CustomerNumber {
    /// Takes a number as somebody typed it: blanks around it are dropped.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        single_line(text.trim(), 64).map(|number| Self(number.to_owned()))
    }

    /// The number.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The PIN of the paper bill; leading zeros count. At most 32 bytes.
#[derive(Clone)]
pub struct Pin(String);
redacted!(Pin);

impl Pin {
    /// Takes a PIN as somebody typed it: blanks around it are dropped.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        single_line(text.trim(), 32).map(|pin| Self(pin.to_owned()))
    }

    /// The PIN, for the billing system alone.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

/// Why a password was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WeakPassword {
    /// Fewer than 8 characters.
    #[error("shorter than {min} characters", min = NewPassword::MIN_CHARS)]
    TooShort,
    /// More than 256 bytes: a longer one would only cost time.
    #[error("longer than {max} bytes", max = NewPassword::MAX_BYTES)]
    TooLong,
    /// It is among the most common ones of leaked collections, or little more than what is known of its owner.
    #[error("too easy to guess")]
    TooCommon,
}

/// A password that somebody chooses: 8 characters to 256 bytes, any characters, and none of the most common ones of leaked
/// collections (OWASP ASVS 5.0, 6.2).
#[derive(Clone)]
pub struct NewPassword(String);
redacted!(NewPassword);

impl NewPassword {
    /// The fewest characters.
    pub const MIN_CHARS: usize = 8;
    /// The most bytes of UTF-8.
    pub const MAX_BYTES: usize = 256;

    /// Takes a password as it was typed; nothing is trimmed or folded.
    pub fn parse(text: String) -> Result<Self, WeakPassword> {
        if text.len() > Self::MAX_BYTES {
            return Err(WeakPassword::TooLong);
        }
        if text.chars().count() < Self::MIN_CHARS {
            return Err(WeakPassword::TooShort);
        }
        if common::is_common(&text) {
            return Err(WeakPassword::TooCommon);
        }
        Ok(Self(text))
    }

    /// Refuses a password that is little more than what is known of its owner: names, an address, a customer number.
    pub fn unlike(&self, known: &[&str]) -> Result<(), WeakPassword> {
        if common::is_little_more_than(&self.0, known) { Err(WeakPassword::TooCommon) } else { Ok(()) }
    }

    /// The password, for hashing alone.
    pub fn expose(&self) -> &str {
        &self.0
    }
}
