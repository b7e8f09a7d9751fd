//! How a provider looks on paper.

use serde::{Deserialize, Serialize};

/// Why a text is no colour.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no colour of the form #rrggbb")]
pub struct NotAColour(pub String);

/// A colour of the sRGB space, written `#0a5c96`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Colour {
    /// Red.
    pub red: u8,
    /// Green.
    pub green: u8,
    /// Blue.
    pub blue: u8,
}

impl Colour {
    /// How bright it looks, from 0 (black) to 255 (white): the weights of ITU-R BT.601.
    pub fn brightness(self) -> u8 {
        let sum = 299 * u32::from(self.red) + 587 * u32::from(self.green) + 114 * u32::from(self.blue);
        u8::try_from(sum / 1000).unwrap_or(u8::MAX)
    }

    /// As much of it as `percent` says, the rest white.
    pub fn tint(self, percent: u8) -> Self {
        let percent = u32::from(percent.min(100));
        let part =
            |channel: u8| u8::try_from((u32::from(channel) * percent + 255 * (100 - percent)) / 100).unwrap_or(u8::MAX);
        Self { red: part(self.red), green: part(self.green), blue: part(self.blue) }
    }
}

impl std::str::FromStr for Colour {
    type Err = NotAColour;

    fn from_str(text: &str) -> Result<Self, NotAColour> {
        let wrong = || NotAColour(text.chars().take(16).collect());
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6).ok_or_else(wrong)?;
        if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return Err(wrong());
        }
        let channel = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).map_err(|_| wrong());
        Ok(Self { red: channel(0)?, green: channel(2)?, blue: channel(4)? })
    }
}

impl TryFrom<String> for Colour {
    type Error = NotAColour;

    fn try_from(text: String) -> Result<Self, NotAColour> {
        text.parse()
    }
}

impl From<Colour> for String {
    fn from(colour: Colour) -> String {
        colour.to_string()
    }
}

impl std::fmt::Display for Colour {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "#{:02x}{:02x}{:02x}", self.red, self.green, self.blue)
    }
}

/// How a provider looks on what the hub prints for it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Brand {
    /// The colour of its name.
    pub colour: Option<Colour>,
    /// How its customers reach it, a line each: address, phone, web site.
    pub contact: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colour_is_six_digits_behind_a_number_sign() {
        let colour: Colour = "#0A5c96".parse().unwrap();
        assert_eq!((colour.to_string(), colour.red, colour.green, colour.blue), ("#0a5c96".to_owned(), 10, 92, 150));
        for wrong in ["0a5c96", "#0a5c9", "#0a5c961", "#0a5c9g", "#+a5c96", "#č5c96", ""] {
            assert_eq!(wrong.parse::<Colour>(), Err(NotAColour(wrong.to_owned())));
        }
    }

    #[test]
    fn a_tint_lies_between_the_colour_and_white() {
        let colour = Colour { red: 10, green: 92, blue: 150 };
        assert_eq!(colour.tint(100), colour);
        assert_eq!(colour.tint(0), Colour { red: 255, green: 255, blue: 255 });
        assert!(colour.brightness() < colour.tint(30).brightness());
    }
}
