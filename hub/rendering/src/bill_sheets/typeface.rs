//! The letters: two faces of Noto Sans, cut down to the scripts of the hub's languages (`fonts/README.md`).

use std::{collections::HashMap, sync::LazyLock};

use skrifa::{FontRef, MetadataProvider, raw::TableProvider};

use super::page::Length;

/// A face.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Face {
    Regular,
    Bold,
}

/// What is set for a character that the fonts do not have.
const REPLACEMENT: char = '\u{fffd}';

/// A face's file, and what is needed of it to set a text.
pub(super) struct Typeface {
    /// The file.
    pub(super) file: &'static [u8],
    /// How many units a font's size has.
    pub(super) units: u16,
    letters: HashMap<char, Letter>,
}

/// A letter of a face.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Letter {
    /// Its glyph.
    pub(super) glyph: u32,
    /// How far the next one stands from it, in units.
    pub(super) advance: u16,
}

static REGULAR: LazyLock<Typeface> =
    LazyLock::new(|| Typeface::read(include_bytes!("../../fonts/NotoSans-Regular.ttf")));
static BOLD: LazyLock<Typeface> = LazyLock::new(|| Typeface::read(include_bytes!("../../fonts/NotoSans-Bold.ttf")));

impl Face {
    /// The face as it was read.
    pub(super) fn typeface(self) -> &'static Typeface {
        match self {
            Self::Regular => &REGULAR,
            Self::Bold => &BOLD,
        }
    }

    /// How wide a text is.
    pub(super) fn width(self, text: &str, size: Length) -> Length {
        let typeface = self.typeface();
        let units: i64 = text.chars().map(|character| i64::from(typeface.letter(character).advance)).sum();
        Length::try_from(units * i64::from(size) / i64::from(typeface.units)).unwrap_or(Length::MAX)
    }

    /// A text as lines that are at most so wide: broken between words, and inside of one only where it has no room at all.
    pub(super) fn wrapped(self, text: &str, size: Length, width: Length) -> Vec<String> {
        let mut lines = vec![String::new()];
        for word in text.split(' ') {
            let line = lines.last_mut().expect("there is one from the beginning");
            let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
            if self.width(&longer, size) <= width {
                *line = longer;
                continue;
            }
            if !line.is_empty() {
                lines.push(String::new());
            }
            for character in word.chars() {
                let line = lines.last_mut().expect("there is one from the beginning");
                line.push(character);
                if self.width(line, size) > width && line.chars().nth(1).is_some() {
                    line.pop();
                    lines.push(character.to_string());
                }
            }
        }
        lines
    }
}

impl Typeface {
    fn read(file: &'static [u8]) -> Self {
        let font = FontRef::new(file).expect("the hub is built with its fonts");
        let advances = font.hmtx().expect("a font says how wide its letters are");
        let units = font.head().expect("a font says how large it is").units_per_em();
        let letters = font.charmap().mappings().filter_map(|(code, glyph)| {
            let advance = advances.advance(glyph)?;
            Some((char::from_u32(code)?, Letter { glyph: glyph.to_u32(), advance }))
        });
        Self { file, units, letters: letters.collect() }
    }

    /// The letter of a character, or the one that stands for what cannot be written.
    pub(super) fn letter(&self, character: char) -> Letter {
        let letter = self.letters.get(&character).or_else(|| self.letters.get(&REPLACEMENT));
        *letter.expect("the fonts have a replacement character")
    }
}

#[cfg(test)]
mod tests {
    use komunala_domain::Language;

    use super::*;
    use crate::bill_sheets::words::{Word, Words};

    #[test]
    fn both_faces_have_every_letter_of_every_language() {
        let alphabets = "abcčćdđefghijklmnopqrsštuvwxyzž абвгдђежзијклљмнњопрстћуфхцчџш ґєіїйьщюя’ 0123456789 .,:;-–—/%+()«»„“”•№€₴²³\u{a0}…";
        for face in [Face::Regular, Face::Bold] {
            for letter in alphabets.chars().flat_map(|letter| letter.to_uppercase().chain([letter])) {
                assert!(face.typeface().letters.contains_key(&letter), "{letter:?} in {face:?}");
            }
            for language in Language::ALL {
                for word in Word::ALL.iter().copied() {
                    let said = Words::of(language).say(word);
                    let missing = said.chars().find(|letter| !face.typeface().letters.contains_key(letter));
                    assert_eq!(missing, None, "{said} in {face:?}");
                }
            }
        }
    }

    #[test]
    fn what_cannot_be_written_is_seen_to_be_there() {
        let missing = Face::Regular.typeface().letter('漢');
        assert_eq!(missing, Face::Regular.typeface().letter(REPLACEMENT));
        assert_ne!(missing, Face::Regular.typeface().letter('?'));
    }

    #[test]
    fn a_text_is_broken_between_words_and_a_word_where_it_has_no_room() {
        let width = Face::Regular.width("prirodni gas", 900);
        assert_eq!(Face::Regular.wrapped("prirodni gas isporuka", 900, width), ["prirodni gas", "isporuka"]);
        let narrow = Face::Regular.width("mmm", 900);
        assert_eq!(Face::Regular.wrapped("mmmmmmm i", 900, narrow), ["mmm", "mmm", "m i"]);
        assert_eq!(Face::Regular.wrapped("mm", 900, 1), ["m", "m"], "a letter at least stands on each line");
        assert_eq!(Face::Regular.wrapped("", 900, narrow), [""]);
    }
}
