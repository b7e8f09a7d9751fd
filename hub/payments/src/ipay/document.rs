//! Reading an answer: the texts of a small document, by their paths below the root.
//!
//! Bounded in depth, elements and text. A document type is refused, so nothing can be made of entities.

use std::collections::BTreeMap;

use quick_xml::{
    Reader,
    escape::resolve_predefined_entity,
    events::{BytesRef, Event},
};

const DEPTH: usize = 8;
const ELEMENTS: usize = 200;

/// Why a document is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Malformed {
    #[error("no XML of a payment")]
    Syntax,
    #[error("more than a payment has")]
    TooMuch,
}

/// The texts of a document.
pub(super) struct Document(BTreeMap<String, String>);

impl Document {
    pub(super) fn read(bytes: &[u8]) -> Result<Self, Malformed> {
        let text = std::str::from_utf8(bytes).map_err(|_| Malformed::Syntax)?;
        let mut reader = Reader::from_str(text);
        let (mut path, mut elements, mut texts) = (Vec::new(), 0_usize, BTreeMap::<String, String>::new());
        loop {
            match reader.read_event().map_err(|_| Malformed::Syntax)? {
                Event::Start(start) => {
                    elements += 1;
                    path.push(start.name().as_ref().to_owned());
                    if path.len() > DEPTH || elements > ELEMENTS {
                        return Err(Malformed::TooMuch);
                    }
                    // of an element that stands there twice the last would count, and nobody could say which is meant
                    if path.len() > 1 && texts.insert(below(&path), String::new()).is_some() {
                        return Err(Malformed::TooMuch);
                    }
                }
                Event::End(_) => drop(path.pop()),
                Event::Text(piece) => keep(&mut texts, &path, &piece.xml10_content()),
                Event::CData(piece) => keep(&mut texts, &path, &piece.xml10_content()),
                Event::GeneralRef(reference) => keep(&mut texts, &path, &character(&reference)?),
                Event::DocType(_) => return Err(Malformed::Syntax),
                Event::Empty(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
                Event::Eof if path.is_empty() && elements > 0 => return Ok(Self(texts)),
                Event::Eof => return Err(Malformed::Syntax),
            }
        }
    }

    /// The text of the element at a path below the root; `None` where it says nothing.
    pub(super) fn text(&self, path: &str) -> Option<&str> {
        self.0.get(path).map(|text| text.trim()).filter(|text| !text.is_empty())
    }
}

fn below(path: &[String]) -> String {
    path[1..].join("/")
}

fn keep(texts: &mut BTreeMap<String, String>, path: &[String], piece: &str) {
    if path.len() > 1 {
        texts.entry(below(path)).or_default().push_str(piece);
    }
}

fn character(reference: &BytesRef<'_>) -> Result<String, Malformed> {
    match reference.resolve_char_ref() {
        Ok(Some(character)) => Ok(character.to_string()),
        Ok(None) => resolve_predefined_entity(reference).map(str::to_owned).ok_or(Malformed::Syntax),
        Err(_) => Err(Malformed::Syntax),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_found_by_their_path() {
        let document = Document::read(
            b"<payment><pid> 7 </pid><a><b>x &lt;&#65;</b><c/></a><d><![CDATA[{\"o\":1}]]></d></payment>",
        );
        let document = document.unwrap();
        assert_eq!(document.text("pid"), Some("7"));
        assert_eq!(document.text("a/b"), Some("x <A"));
        assert_eq!(document.text("a/c"), None);
        assert_eq!(document.text("d"), Some("{\"o\":1}"));
    }

    #[test]
    fn what_is_no_document_or_too_much_of_one_is_refused() {
        let deep = format!("{}{}", "<a>".repeat(9), "</a>".repeat(9));
        for wrong in [
            "",
            "<payment>",
            "<payment></other>",
            "not xml",
            "<!DOCTYPE p [<!ENTITY x 'y'>]><p><a>&x;</a></p>",
            "<p><a>&unknown;</a></p>",
            "<p><amount>1</amount><amount>2</amount></p>",
            &deep,
        ] {
            assert!(Document::read(wrong.as_bytes()).is_err(), "{wrong}");
        }
        assert!(Document::read(b"<p>\xff</p>").is_err());
    }
}
