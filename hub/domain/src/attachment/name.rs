//! What a file is called: to be shown to people, and never a path.

use crate::text::TextError;

/// The longest name in bytes; what file systems take.
const MAX: usize = 255;

/// Why a text is no name of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FileNameError {
    /// Nothing is left of it.
    #[error("empty")]
    Empty,
    /// More than 255 bytes.
    #[error(transparent)]
    TooLong(TextError),
}

/// The name of a file as it may be shown: the last part of whatever path stood there, without characters that control,
/// hide or turn round what people read. Its ending says nothing of what the file is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct FileName(String);

impl FileName {
    /// Takes a name as somebody else wrote it.
    pub fn tidied(name: &str) -> Result<Self, FileNameError> {
        if name.len() > MAX {
            return Err(FileNameError::TooLong(TextError::TooLong { max: MAX }));
        }
        let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
        let shown: String = last.chars().filter(|character| !deceives(*character)).map(harmless).collect();
        let shown = shown.split_whitespace().collect::<Vec<_>>().join(" ");
        // a name that begins with a dot is hidden in places, and `.` and `..` are no names at all
        let shown = shown.trim_start_matches(['.', ' ']).trim_end_matches(['.', ' ']);
        if shown.is_empty() { Err(FileNameError::Empty) } else { Ok(Self(shown.to_owned())) }
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The value of a `Content-Disposition` (RFC 6266): to be kept, not shown in place, under this name, in ASCII for
    /// old readers and in UTF-8 for all others (RFC 8187).
    pub fn disposition(&self) -> String {
        let plain: String = self.0.chars().map(|c| if c.is_ascii() { c } else { '_' }).collect();
        let mut encoded = String::with_capacity(self.0.len() * 3);
        for byte in self.0.bytes() {
            if byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte) {
                encoded.push(char::from(byte));
            } else {
                encoded.push_str(&format!("%{byte:02X}"));
            }
        }
        format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}")
    }
}

/// Characters that show nothing, or show something else than is there: controls, directions, blanks without width.
fn deceives(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
        || matches!(character, '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// Characters that mean something to a file system or within quotes.
fn harmless(character: char) -> char {
    if "<>:\"|?*;%".contains(character) { '_' } else { character }
}

impl std::fmt::Display for FileName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tidied(name: &str) -> String {
        FileName::tidied(name).unwrap().to_string()
    }

    #[test]
    fn a_name_is_the_last_part_of_a_path_and_shows_what_is_there() {
        assert_eq!(tidied("Ugovor o zakupu (2).pdf"), "Ugovor o zakupu (2).pdf");
        assert_eq!(tidied("уговор.pdf"), "уговор.pdf");
        assert_eq!(tidied("../../etc/passwd"), "passwd");
        assert_eq!(tidied("C:\\Users\\Ana\\a.pdf"), "a.pdf");
        assert_eq!(tidied("invoice\u{202e}fdp.exe"), "invoicefdp.exe");
        assert_eq!(tidied("a\r\nb\0.pdf"), "ab.pdf");
        assert_eq!(tidied(" ..hidden. "), "hidden");
        assert_eq!(tidied("a\"; filename=b"), "a__ filename=b");
    }

    #[test]
    fn a_name_of_nothing_or_of_too_much_is_none() {
        for empty in ["", " ", "..", "a/", "\u{200b}", "..\\.."] {
            assert_eq!(FileName::tidied(empty), Err(FileNameError::Empty), "{empty:?}");
        }
        assert!(FileName::tidied(&"x".repeat(256)).is_err());
        assert!(FileName::tidied(&"x".repeat(255)).is_ok());
    }

    #[test]
    fn a_disposition_says_the_name_to_old_readers_and_to_new_ones() {
        let name = FileName::tidied("ugovor č.pdf").unwrap();
        let wanted = "attachment; filename=\"ugovor _.pdf\"; filename*=UTF-8''ugovor%20%C4%8D.pdf";
        assert_eq!(name.disposition(), wanted);
    }
}
