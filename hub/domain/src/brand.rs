//! How a provider looks on paper.

use std::sync::Arc;

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

/// The largest picture of a [`Logo`], in bytes: it goes into every copy and every page.
pub const LARGEST_LOGO: usize = 128 * 1024;
/// How wide and how high a picture may be, in pixels: that is sharp on paper at the size at which it is printed.
const PIXELS: std::ops::RangeInclusive<u32> = 16..=1600;

/// Why bytes are no logo.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotALogo {
    /// It would make every bill heavy.
    #[error("it has more than {LARGEST_LOGO} bytes")]
    TooLarge,
    /// It is something else.
    #[error("it is no PNG picture")]
    NotPng,
    /// Nobody could see it, or no page could hold it.
    #[error("it is not between {} and {} pixels wide and high", PIXELS.start(), PIXELS.end())]
    Size,
}

/// A provider's sign, a picture in PNG (ISO/IEC 15948).
#[derive(Clone, PartialEq, Eq)]
pub struct Logo {
    png: Arc<[u8]>,
    width: u32,
    height: u32,
}

impl Logo {
    /// Reads how large a picture is. What its head says is believed: whoever draws it finds out about the rest.
    pub fn new(png: Vec<u8>) -> Result<Self, NotALogo> {
        const HEAD: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR";
        if png.len() > LARGEST_LOGO {
            return Err(NotALogo::TooLarge);
        }
        let sizes = png.strip_prefix(HEAD).and_then(|rest| rest.split_first_chunk::<8>()).ok_or(NotALogo::NotPng)?.0;
        let number = |at: usize| u32::from_be_bytes([sizes[at], sizes[at + 1], sizes[at + 2], sizes[at + 3]]);
        let (width, height) = (number(0), number(4));
        if !PIXELS.contains(&width) || !PIXELS.contains(&height) {
            return Err(NotALogo::Size);
        }
        Ok(Self { png: png.into(), width, height })
    }

    /// The picture's bytes.
    pub fn png(&self) -> &Arc<[u8]> {
        &self.png
    }

    /// Its width and its height in pixels.
    pub fn size(&self) -> (u32, u32) {
        (self.width, self.height)
    }
}

impl std::fmt::Debug for Logo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Logo({} by {}, {} bytes)", self.width, self.height, self.png.len())
    }
}

/// How a provider looks on what the hub prints for it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Brand {
    /// Its sign.
    pub logo: Option<Logo>,
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
    fn a_logo_is_a_png_of_a_sensible_size() {
        let png = |width: u32, height: u32| {
            let head = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".iter().copied();
            head.chain(width.to_be_bytes()).chain(height.to_be_bytes()).collect::<Vec<u8>>()
        };
        assert_eq!(Logo::new(png(300, 80)).map(|logo| logo.size()), Ok((300, 80)));
        for (bytes, problem) in [
            (Vec::new(), NotALogo::NotPng),
            (b"\xff\xd8\xff\xe0 a photograph".to_vec(), NotALogo::NotPng),
            (png(300, 80)[..20].to_vec(), NotALogo::NotPng),
            (png(300, 15), NotALogo::Size),
            (png(1601, 80), NotALogo::Size),
            (vec![0; LARGEST_LOGO + 1], NotALogo::TooLarge),
        ] {
            assert_eq!(Logo::new(bytes), Err(problem));
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
