//! A file's bytes from front to back: every object that stands there, whether or not anything leads to it.

use std::{borrow::Cow, collections::HashSet};

use komunala_domain::Objection;
use memchr::memmem;

use super::{
    active::{OPEN_ACTION, objection},
    lexer::{Lexer, Token, is_blank},
    unpacked::{Budget, objects},
};

/// The most objects. A scanned page has five, a page of text some dozens.
const MOST_OBJECTS: usize = 200_000;
/// The most names of an object.
const MOST_NAMES: usize = 100_000;

/// Finds the first thing in a file that may not be there.
pub(super) fn survey(bytes: &[u8]) -> Result<(), Objection> {
    let mut survey = Survey { bytes, lexer: Lexer::new(bytes), headers: HashSet::new(), budget: Budget::default() };
    survey.objects()?;
    survey.no_object_is_hidden()
}

struct Survey<'a> {
    bytes: &'a [u8],
    lexer: Lexer<'a>,
    /// Where the word `obj` begins an object.
    headers: HashSet<usize>,
    budget: Budget,
}

/// The names of an object, in order, and whether its filter is told elsewhere.
#[derive(Default)]
struct Names<'a> {
    all: Vec<Cow<'a, [u8]>>,
    filter_is_elsewhere: bool,
}

impl<'a> Names<'a> {
    fn iter(&self) -> impl Iterator<Item = &[u8]> {
        self.all.iter().map(|name| &**name)
    }

    fn has(&self, name: &[u8]) -> bool {
        self.iter().any(|one| one == name)
    }

    /// Whether a reader may look for objects in the stream that these names describe.
    fn are_of_objects(&self) -> bool {
        self.has(b"ObjStm") || (self.has(b"N") && self.has(b"First"))
    }

    /// Takes the next word of an object in.
    fn take(&mut self, token: &Token<'a>, before: Option<&[u8]>) -> Result<(), Objection> {
        match token {
            Token::Name(name) => {
                if before == Some(OPEN_ACTION) {
                    return Err(Objection::OpenAction);
                }
                if let Some(objection) = objection(name) {
                    return Err(objection);
                }
                if self.all.len() == MOST_NAMES {
                    return Err(Objection::Unreadable);
                }
                self.all.push(name.clone());
            }
            Token::Array => {}
            Token::Word(_) | Token::Other if before == Some(OPEN_ACTION) => return Err(Objection::OpenAction),
            Token::Word(_) if before == Some(b"Filter") => self.filter_is_elsewhere = true,
            Token::Word(_) | Token::Other => {}
        }
        Ok(())
    }
}

impl<'a> Survey<'a> {
    fn objects(&mut self) -> Result<(), Objection> {
        let mut names = Names::default();
        let mut before = None;
        while let Some((start, token)) = self.lexer.next()? {
            match token {
                Token::Word(b"obj") => {
                    names = Names::default();
                    self.headers.insert(start);
                    if self.headers.len() > MOST_OBJECTS {
                        return Err(Objection::Unreadable);
                    }
                }
                Token::Word(b"stream") => {
                    let raw = self.stream()?;
                    self.unpack(&names, raw)?;
                    names = Names::default();
                }
                ref word => names.take(word, before.as_deref())?,
            }
            before = match token {
                Token::Name(name) => Some(name),
                _ => None,
            };
        }
        Ok(())
    }

    /// The bytes of the stream whose keyword was just read; the next word is the one behind its end.
    fn stream(&mut self) -> Result<&'a [u8], Objection> {
        let start = match &self.bytes[self.lexer.at()..] {
            [b'\r', b'\n', ..] => 2,
            [b'\r' | b'\n', ..] => 1,
            _ => 0,
        } + self.lexer.at();
        let end = memmem::find(&self.bytes[start..], b"endstream").ok_or(Objection::Unreadable)? + start;
        self.lexer.jump(end + b"endstream".len());
        Ok(&self.bytes[start..end])
    }

    fn unpack(&mut self, names: &Names<'_>, raw: &[u8]) -> Result<(), Objection> {
        if names.filter_is_elsewhere {
            return Err(Objection::HiddenObjects);
        }
        self.budget.take(names.iter(), raw)?;
        if !names.are_of_objects() {
            return Ok(());
        }
        let objects = objects(names.iter(), raw)?;
        let (mut lexer, mut inner, mut before) = (Lexer::new(&objects), Names::default(), None::<Cow<'_, [u8]>>);
        while let Some((_, token)) = lexer.next()? {
            inner.take(&token, before.as_deref())?;
            inner.all.clear();
            before = match token {
                Token::Name(name) => Some(name),
                _ => None,
            };
        }
        Ok(())
    }

    /// Whether each object that a reader might find by looking at bytes alone was seen above. One within a string, a
    /// comment or a stream was not: some readers take it for an object, others do not.
    fn no_object_is_hidden(&self) -> Result<(), Objection> {
        for at in memmem::find_iter(self.bytes, b"obj") {
            if reads_like_a_header(&self.bytes[..at]) && !self.headers.contains(&at) {
                return Err(Objection::HiddenObjects);
            }
        }
        Ok(())
    }
}

/// Whether `obj` behind these bytes may begin an object: two numbers stand before it.
fn reads_like_a_header(before: &[u8]) -> bool {
    number_before(before).and_then(number_before).is_some()
}

/// What stands before a number at the end of `text`; blanks and comments between the two count for nothing.
fn number_before(mut text: &[u8]) -> Option<&[u8]> {
    let trailing = |text: &[u8], is: fn(u8) -> bool| text.iter().rev().take_while(|byte| is(**byte)).count();
    loop {
        let (word, gap) = text.split_at(text.len() - trailing(text, is_blank));
        match trailing(word, |byte| byte.is_ascii_digit()) {
            0 => {}
            digits => return Some(&word[..word.len() - digits]),
        }
        // only behind the end of a line can a comment be over; and only then is the line looked at, for it may be long
        if !gap.iter().any(|byte| is_line_end(*byte)) {
            return None;
        }
        let line = word.iter().rposition(|byte| is_line_end(*byte)).map_or(0, |end| end + 1);
        text = &word[..line + word[line..].iter().position(|byte| *byte == b'%')?];
    }
}

fn is_line_end(byte: u8) -> bool {
    matches!(byte, b'\r' | b'\n')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_numbers_before_it_make_a_word_read_like_a_header() {
        for header in ["7 0 ", "7 0", "x\n12\r\n0\t", "7 % a\n0 % b\r% c\n", "7 %\n0 "] {
            assert!(reads_like_a_header(header.as_bytes()), "{header:?}");
        }
        for other in ["", "0 ", "two 2 ", "7 0 R ", "7 % a 0 ", "7 0 end", "70"] {
            assert!(!reads_like_a_header(other.as_bytes()), "{other:?}");
        }
    }

    #[test]
    fn a_file_that_is_made_to_be_looked_at_for_long_is_not() {
        let started = std::time::Instant::now();
        for word in ["obj ", "1 0 obj ", "%\nobj", "% 1 obj", "/N ", "(", "<<>>stream\n"] {
            let file = word.repeat(4_000_000 / word.len());
            let _ = survey(file.as_bytes());
        }
        assert!(started.elapsed() < std::time::Duration::from_secs(30), "{:?}", started.elapsed());
    }
}
