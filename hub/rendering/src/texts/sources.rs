//! The files of short texts.

use komunala_domain::Language;

use crate::letters::transliteration::to_latin;

/// How many texts a language has.
const TEXTS: usize = 8;

type Files = [(&'static str, &'static str); TEXTS];

macro_rules! file {
    ($folder:literal, $name:literal) => {
        ($name, include_str!(concat!("../../templates/texts/", $folder, "/", $name, ".jinja")))
    };
}

macro_rules! files {
    ($folder:literal) => {
        [
            file!($folder, "how_to"),
            file!($folder, "no_readings_today"),
            file!($folder, "reading_lower"),
            file!($folder, "reading_not_taken"),
            file!($folder, "reading_refused"),
            file!($folder, "reading_taken"),
            file!($folder, "reading_unusual"),
            file!($folder, "reading_wrong"),
        ]
    };
}

const SERBIAN: Files = files!("sr");
const UKRAINIAN: Files = files!("uk");
const SLOVENIAN: Files = files!("sl");
const ENGLISH: Files = files!("en");

/// Every template by its name: `texts/uk/reading_taken.txt`. Serbian Latin is made of the Cyrillic before any value is
/// filled in.
pub(crate) fn all() -> impl Iterator<Item = (String, String)> {
    Language::ALL.into_iter().flat_map(|language| {
        let (files, script): (Files, fn(&str) -> String) = match language {
            Language::SerbianLatin => (SERBIAN, to_latin),
            Language::SerbianCyrillic => (SERBIAN, str::to_owned),
            Language::Ukrainian => (UKRAINIAN, str::to_owned),
            Language::Slovenian => (SLOVENIAN, str::to_owned),
            Language::English => (ENGLISH, str::to_owned),
        };
        files.map(|(name, text)| (format!("texts/{}/{name}.txt", language.tag()), script(text)))
    })
}
