//! The words of a PDF (ISO 32000-1, 7.2), one after another, without a thought of what they mean together.

use std::borrow::Cow;

use komunala_domain::Objection;

/// How deep arrays and dictionaries may lie in one another.
const DEEPEST: usize = 64;

/// A word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// A name, its escapes resolved.
    Name(Cow<'a, [u8]>),
    /// Any other run of regular characters: a number, or a word of the syntax.
    Word(&'a [u8]),
    /// The beginning of an array.
    Array,
    /// A string, a brace, or the end of something: what it says is of no concern here.
    Other,
}

/// Reads words.
pub(super) struct Lexer<'a> {
    bytes: &'a [u8],
    at: usize,
    depth: usize,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0, depth: 0 }
    }

    /// Where the next word is looked for.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// Goes on somewhere else, at the surface.
    pub(super) fn jump(&mut self, at: usize) {
        self.at = at;
        self.depth = 0;
    }

    /// The next word and where it begins; `None` at the end.
    pub(super) fn next(&mut self) -> Result<Option<(usize, Token<'a>)>, Objection> {
        self.skip_blanks();
        let start = self.at;
        let Some(first) = self.bytes.get(start) else { return Ok(None) };
        self.at += 1;
        let token = match first {
            b'/' => Token::Name(unescaped(self.run())),
            b'(' => {
                self.string()?;
                Token::Other
            }
            b'<' if self.bytes.get(self.at) == Some(&b'<') => {
                self.at += 1;
                self.deeper()?;
                Token::Other
            }
            b'<' => {
                let end = memchr::memchr(b'>', &self.bytes[self.at..]).ok_or(Objection::Unreadable)?;
                self.at += end + 1;
                Token::Other
            }
            b'[' => {
                self.deeper()?;
                Token::Array
            }
            b'>' | b']' => {
                if self.bytes.get(self.at) == Some(&b'>') && *first == b'>' {
                    self.at += 1;
                }
                self.depth = self.depth.saturating_sub(1);
                Token::Other
            }
            b')' | b'{' | b'}' => Token::Other,
            _ => {
                self.at = start;
                Token::Word(self.run())
            }
        };
        Ok(Some((start, token)))
    }

    fn deeper(&mut self) -> Result<(), Objection> {
        self.depth += 1;
        if self.depth > DEEPEST { Err(Objection::Unreadable) } else { Ok(()) }
    }

    fn skip_blanks(&mut self) {
        while let Some(byte) = self.bytes.get(self.at) {
            match byte {
                b'%' => {
                    let rest = &self.bytes[self.at..];
                    self.at += memchr::memchr2(b'\r', b'\n', rest).unwrap_or(rest.len());
                }
                byte if is_blank(*byte) => self.at += 1,
                _ => return,
            }
        }
    }

    fn run(&mut self) -> &'a [u8] {
        let rest = &self.bytes[self.at..];
        let length = rest.iter().position(|byte| !is_regular(*byte)).unwrap_or(rest.len());
        self.at += length;
        &rest[..length]
    }

    /// Behind a string whose opening parenthesis was read: those within it come in pairs or behind a backslash.
    fn string(&mut self) -> Result<(), Objection> {
        let mut open = 1_usize;
        while open > 0 {
            let found = memchr::memchr3(b'(', b')', b'\\', &self.bytes[self.at..]).ok_or(Objection::Unreadable)?;
            let byte = self.bytes[self.at + found];
            self.at += found + 1;
            match byte {
                b'(' => open += 1,
                b')' => open -= 1,
                _ => self.at = (self.at + 1).min(self.bytes.len()),
            }
        }
        Ok(())
    }
}

pub(super) fn is_blank(byte: u8) -> bool {
    matches!(byte, 0 | b'\t' | b'\n' | 0x0c | b'\r' | b' ')
}

fn is_regular(byte: u8) -> bool {
    !is_blank(byte) && !b"()<>[]{}/%".contains(&byte)
}

/// `J#61vaScript` is `JavaScript`. A number sign without two digits behind it stands for itself.
fn unescaped(name: &[u8]) -> Cow<'_, [u8]> {
    if !name.contains(&b'#') {
        return Cow::Borrowed(name);
    }
    let digit = |at: usize| name.get(at).and_then(|byte| char::from(*byte).to_digit(16));
    let (mut plain, mut at) = (Vec::with_capacity(name.len()), 0);
    while at < name.len() {
        match (name[at], digit(at + 1), digit(at + 2)) {
            (b'#', Some(high), Some(low)) => {
                plain.push(u8::try_from(high * 16 + low).expect("two hexadecimal digits are a byte"));
                at += 3;
            }
            (byte, ..) => {
                plain.push(byte);
                at += 1;
            }
        }
    }
    Cow::Owned(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &[u8]) -> Vec<String> {
        let (mut lexer, mut names) = (Lexer::new(text), Vec::new());
        while let Some((_, token)) = lexer.next().unwrap() {
            if let Token::Name(name) = token {
                names.push(String::from_utf8_lossy(&name).into_owned());
            }
        }
        names
    }

    #[test]
    fn names_are_read_with_their_escapes_and_not_within_strings_and_comments() {
        assert_eq!(names(b"<</A/B#43 1/#4a#53[/D]>>"), ["A", "BC", "JS", "D"]);
        assert_eq!(names(b"(/A (/B) \\) /C) % /D\r/E <2F46> /#4 /a##61"), ["E", "#4", "a#a"]);
        assert_eq!(names(b"/ /A"), ["", "A"]);
    }

    #[test]
    fn what_never_ends_or_lies_too_deep_cannot_be_read() {
        for endless in [&b"(never"[..], b"<2F", b"(\\"] {
            let refused = Lexer::new(endless).next();
            assert_eq!(refused, Err(Objection::Unreadable), "{endless:?}");
        }
        let (deep, mut depth) = ("[".repeat(DEEPEST + 1), 0);
        let mut lexer = Lexer::new(deep.as_bytes());
        while lexer.next().is_ok() {
            depth += 1;
        }
        assert_eq!(depth, DEEPEST);
    }
}
