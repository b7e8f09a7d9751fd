//! The charsets that the schemes write in.

use encoding_rs::{Encoding, ISO_8859_2, UTF_8, WINDOWS_1251};

use super::{CodeError, Rule};

/// A charset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Charset {
    /// UTF-8.
    Utf8,
    /// ISO-8859-2.
    Latin2,
    /// Windows-1251.
    Cyrillic,
}

impl Charset {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Latin2 => "ISO-8859-2",
            Self::Cyrillic => "Windows-1251",
        }
    }

    fn encoding(self) -> &'static Encoding {
        match self {
            Self::Utf8 => UTF_8,
            Self::Latin2 => ISO_8859_2,
            Self::Cyrillic => WINDOWS_1251,
        }
    }

    /// A text as bytes; a character that the charset does not have is an error of `field`, never a question mark.
    pub fn encode(self, field: &'static str, text: &str) -> Result<Vec<u8>, CodeError> {
        match self.encoding().encode(text) {
            (bytes, _, false) => Ok(bytes.into_owned()),
            _ => {
                let character = text.chars().find(|character| !self.has(*character));
                let character = character.unwrap_or(char::REPLACEMENT_CHARACTER);
                Err(Rule::Character { character, charset: self.name() }.at(field))
            }
        }
    }

    /// Bytes as text.
    pub fn decode(self, field: &'static str, bytes: &[u8]) -> Result<String, CodeError> {
        let decoded = self.encoding().decode_without_bom_handling_and_without_replacement(bytes);
        decoded.map(Into::into).ok_or_else(|| Rule::Form("bytes of its charset").at(field))
    }

    /// Whether the charset has every character of a text.
    pub(super) fn holds(self, text: &str) -> bool {
        !self.encoding().encode(text).2
    }

    fn has(self, character: char) -> bool {
        self.holds(character.encode_utf8(&mut [0; 4]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_character_that_does_not_fit_is_named() {
        assert_eq!(Charset::Latin2.encode("payee", "Plač. št."), Ok(b"Pla\xe8. \xb9t.".to_vec()));
        assert_eq!(Charset::Cyrillic.encode("payee", "Ґанок"), Ok(b"\xa5\xe0\xed\xee\xea".to_vec()));
        let error = Charset::Latin2.encode("payee", "Ђорђе").unwrap_err();
        assert_eq!((error.field, &error.rule), ("payee", &Rule::Character { character: 'Ђ', charset: "ISO-8859-2" }));
        assert_eq!(error.to_string(), "payee: has the character 'Ђ', which is not in ISO-8859-2");
    }

    #[test]
    fn bytes_that_are_no_text_are_refused() {
        assert!(Charset::Utf8.decode("payload", b"\xff\xfe").is_err());
        assert_eq!(Charset::Cyrillic.decode("payload", b"\xa5\xe0"), Ok("Ґа".to_owned()));
    }
}
