//! The languages the hub writes to people in.

use serde::{Deserialize, Serialize};

/// Why a tag is no language of the hub.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is none of the languages sr-Latn, sr-Cyrl, uk, sl, en")]
pub struct UnknownLanguage(pub String);

/// A language and script by its BCP 47 tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Language {
    /// `sr-Latn`: Serbian in Latin script.
    SerbianLatin,
    /// `sr-Cyrl`: Serbian in Cyrillic script; `sr` alone means this one.
    SerbianCyrillic,
    /// `uk`: Ukrainian.
    Ukrainian,
    /// `sl`: Slovenian.
    Slovenian,
    /// `en`: English.
    English,
}

impl Language {
    /// Every language, in the order of the docs.
    pub const ALL: [Self; 5] =
        [Self::SerbianLatin, Self::SerbianCyrillic, Self::Ukrainian, Self::Slovenian, Self::English];

    /// The BCP 47 tag.
    pub fn tag(self) -> &'static str {
        match self {
            Self::SerbianLatin => "sr-Latn",
            Self::SerbianCyrillic => "sr-Cyrl",
            Self::Ukrainian => "uk",
            Self::Slovenian => "sl",
            Self::English => "en",
        }
    }
}

impl std::str::FromStr for Language {
    type Err = UnknownLanguage;

    /// Reads a tag in any case; a region behind a known language is ignored (`sr-Latn-RS`, `en-GB`).
    fn from_str(tag: &str) -> Result<Self, UnknownLanguage> {
        let lower = tag.to_ascii_lowercase().replace('_', "-");
        let mut parts = lower.split('-');
        match (parts.next(), parts.next()) {
            (Some("sr"), Some("latn")) => Ok(Self::SerbianLatin),
            (Some("sr"), _) => Ok(Self::SerbianCyrillic),
            (Some("uk"), _) => Ok(Self::Ukrainian),
            (Some("sl"), _) => Ok(Self::Slovenian),
            (Some("en"), _) => Ok(Self::English),
            _ => Err(UnknownLanguage(tag.chars().take(35).collect())),
        }
    }
}

impl TryFrom<String> for Language {
    type Error = UnknownLanguage;

    fn try_from(tag: String) -> Result<Self, UnknownLanguage> {
        tag.parse()
    }
}

impl From<Language> for String {
    fn from(language: Language) -> String {
        language.tag().to_owned()
    }
}
