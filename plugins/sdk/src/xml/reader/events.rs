//! From the parser's events to steps within bounds.

use std::{io::BufRead, sync::Arc};

use quick_xml::{
    Error as ParseError, XmlVersion,
    errors::{IllFormedError, SyntaxError},
    escape::resolve_predefined_entity,
    events::{BytesDecl, BytesRef, BytesStart, Event},
    name::{LocalName, NamespaceResolver, ResolveResult},
};

use super::Reader;
use crate::{
    http::SendError,
    xml::{Limits, Malformation, Tag, XmlError, metered::OverLimit, tag::Attribute},
};

/// So many namespaces are remembered; a document with more of them just costs more.
const KNOWN_NAMESPACES: usize = 16;

/// How far one step went.
pub(super) enum Step {
    /// Into an element.
    Start(Tag),
    /// Out of one.
    End,
    /// There is nothing more, and every element was closed.
    Eof,
}

/// What an event comes to.
enum Piece {
    Start(Tag),
    End,
    Text,
    Nothing,
    Eof,
}

impl<R: BufRead> Reader<R> {
    /// Goes on to the next start or end of an element. Text on the way goes to `text`, if anybody wants it.
    pub(super) fn step(&mut self, mut text: Option<&mut String>) -> Result<Step, XmlError> {
        if !self.begun {
            self.begin()?;
        }
        loop {
            self.piece.clear();
            self.inner.get_mut().next_piece();
            let event = match self.inner.read_event_into(&mut self.piece) {
                Ok(event) => event,
                Err(error) => return Err(parse_failure(&error, self.inner.buffer_position(), &self.path)),
            };
            let seen = Seen { limits: &self.limits, resolver: self.inner.resolver(), namespaces: &mut self.namespaces };
            let piece = seen.piece(event, self.depth, text.as_deref_mut());
            match piece.map_err(|what| self.malformed(what))? {
                Piece::Start(tag) => return self.open(tag).map(Step::Start),
                Piece::End => {
                    self.close();
                    return Ok(Step::End);
                }
                Piece::Text | Piece::Nothing => {}
                Piece::Eof if self.depth > 0 => return Err(self.malformed(Malformation::Truncated)),
                Piece::Eof => return Ok(Step::Eof),
            }
        }
    }

    /// The parser would take UTF-16 for garbage; said by its name it is mended sooner.
    fn begin(&mut self) -> Result<(), XmlError> {
        self.begun = true;
        let utf16 = match self.inner.get_mut().fill_buf() {
            Ok(start) => start.starts_with(&[0xfe, 0xff]) || start.starts_with(&[0xff, 0xfe]),
            Err(error) => return Err(input_failure(&error, 0, "")),
        };
        if utf16 { Err(self.malformed(Malformation::Encoding)) } else { Ok(()) }
    }

    fn open(&mut self, tag: Tag) -> Result<Tag, XmlError> {
        if self.depth == 0 && self.elements > 0 {
            // a second root
            return Err(self.malformed(Malformation::Syntax));
        }
        self.path.push('/');
        self.path.push_str(tag.local());
        self.depth += 1;
        self.elements += 1;
        if self.depth > self.limits.depth {
            return Err(self.malformed(Malformation::Depth));
        }
        if self.elements > self.limits.elements {
            return Err(self.malformed(Malformation::Elements));
        }
        Ok(tag)
    }

    fn close(&mut self) {
        self.path.truncate(self.path.rfind('/').unwrap_or_default());
        self.depth = self.depth.saturating_sub(1);
    }
}

impl<R> Reader<R> {
    /// Says where something is wrong.
    pub(super) fn malformed(&self, what: Malformation) -> XmlError {
        malformed(what, self.inner.buffer_position(), &self.path)
    }
}

fn malformed(what: Malformation, at: u64, path: &str) -> XmlError {
    // Names come from outside: as many as make sense in one line.
    XmlError::Malformed { what, at, path: path.trim_start_matches('/').chars().take(200).collect() }
}

fn parse_failure(error: &ParseError, at: u64, path: &str) -> XmlError {
    let what = match error {
        ParseError::Io(error) => return input_failure(error, at, path),
        ParseError::Encoding(_) => Malformation::Encoding,
        ParseError::Namespace(_) => Malformation::Namespace,
        ParseError::Syntax(syntax) if *syntax != SyntaxError::InvalidBangMarkup => Malformation::Truncated,
        ParseError::IllFormed(IllFormedError::MissingEndTag(_)) => Malformation::Truncated,
        _ => Malformation::Syntax,
    };
    malformed(what, at, path)
}

fn input_failure(error: &std::io::Error, at: u64, path: &str) -> XmlError {
    let cause = error.get_ref();
    if let Some(OverLimit(what)) = cause.and_then(|cause| cause.downcast_ref()) {
        return malformed(*what, at, path);
    }
    XmlError::BrokenOff(SendError::of_body(error))
}

/// What is needed to make sense of an event.
struct Seen<'a> {
    limits: &'a Limits,
    resolver: &'a NamespaceResolver,
    namespaces: &'a mut Vec<Arc<str>>,
}

impl Seen<'_> {
    fn piece(mut self, event: Event<'_>, depth: usize, text: Option<&mut String>) -> Result<Piece, Malformation> {
        match event {
            Event::Start(start) | Event::Empty(start) => self.tag(&start).map(Piece::Start),
            Event::End(_) => Ok(Piece::End),
            Event::Text(more) => self.keep(&more.xml10_content(), depth, text),
            Event::CData(more) if depth > 0 => self.keep(&more.xml10_content(), depth, text),
            Event::CData(_) => Err(Malformation::Syntax),
            Event::GeneralRef(reference) => self.keep(character(&reference)?.as_str(), depth, text),
            Event::Decl(declaration) => utf8(&declaration).map(|()| Piece::Nothing),
            Event::Comment(_) | Event::PI(_) => Ok(Piece::Nothing),
            Event::DocType(_) => Err(Malformation::Dtd),
            Event::Eof => Ok(Piece::Eof),
        }
    }

    fn keep(&self, more: &str, depth: usize, text: Option<&mut String>) -> Result<Piece, Malformation> {
        if depth == 0 && !more.trim().is_empty() {
            return Err(Malformation::Syntax);
        }
        let before = text.as_ref().map_or(0, |text| text.len());
        check(more, before, self.limits)?;
        if let Some(text) = text {
            text.push_str(more);
        }
        Ok(Piece::Text)
    }

    fn tag(&mut self, start: &BytesStart<'_>) -> Result<Tag, Malformation> {
        let (namespace, local) = self.resolver.resolve_element(start.name());
        let namespace = self.namespace(namespace)?;
        let local = self.local(start.name().as_ref(), local)?;
        let mut attributes = Vec::new();
        for (index, attribute) in start.attributes().enumerate() {
            if index == self.limits.attributes {
                return Err(Malformation::Attributes);
            }
            let attribute = attribute.map_err(|_| Malformation::Syntax)?;
            let value = attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|_| Malformation::Entity)?;
            check(&value, 0, self.limits)?;
            if attribute.key.as_namespace_binding().is_some() {
                continue;
            }
            let (namespace, local) = self.resolver.resolve_attribute(attribute.key);
            let namespace = self.namespace(namespace)?;
            let local = self.local(attribute.key.as_ref(), local)?;
            attributes.push(Attribute { namespace, local, value: value.into() });
        }
        Ok(Tag { namespace, local, attributes })
    }

    fn local(&self, name: &str, local: LocalName<'_>) -> Result<Box<str>, Malformation> {
        let local = local.into_inner();
        if name.len() > self.limits.name {
            return Err(Malformation::Name);
        }
        let odd =
            |c: char| c.is_whitespace() || c.is_control() || matches!(c, '/' | '<' | '>' | '&' | '=' | '"' | '\'');
        if local.is_empty() || local.contains(odd) {
            return Err(Malformation::Syntax);
        }
        Ok(local.into())
    }

    fn namespace(&mut self, resolved: ResolveResult<'_>) -> Result<Option<Arc<str>>, Malformation> {
        let name = match resolved {
            ResolveResult::Unbound => return Ok(None),
            ResolveResult::Unknown(_) => return Err(Malformation::Namespace),
            ResolveResult::Bound(namespace) => namespace.into_inner(),
        };
        if let Some(known) = self.namespaces.iter().find(|known| &***known == name) {
            return Ok(Some(Arc::clone(known)));
        }
        let name: Arc<str> = name.into();
        if self.namespaces.len() < KNOWN_NAMESPACES {
            self.namespaces.push(Arc::clone(&name));
        }
        Ok(Some(name))
    }
}

/// A text within its limit and of characters that XML allows.
fn check(text: &str, before: usize, limits: &Limits) -> Result<(), Malformation> {
    if before + text.len() > limits.text {
        return Err(Malformation::Text);
    }
    let illegal = |c: char| (c < ' ' && !matches!(c, '\t' | '\n' | '\r')) || matches!(c, '\u{fffe}' | '\u{ffff}');
    if text.contains(illegal) { Err(Malformation::Character) } else { Ok(()) }
}

/// A predefined entity, or a character by its number.
fn character(reference: &BytesRef<'_>) -> Result<String, Malformation> {
    match reference.resolve_char_ref() {
        Ok(Some(character)) => Ok(character.to_string()),
        Ok(None) => resolve_predefined_entity(reference).map(str::to_owned).ok_or(Malformation::Entity),
        Err(_) => Err(Malformation::Character),
    }
}

/// A declaration names UTF-8, its subset ASCII, or nothing.
fn utf8(declaration: &BytesDecl<'_>) -> Result<(), Malformation> {
    match declaration.encoding() {
        None => Ok(()),
        Some(Ok(name)) if ["utf-8", "utf8", "us-ascii", "ascii"].contains(&name.to_ascii_lowercase().as_str()) => {
            Ok(())
        }
        Some(_) => Err(Malformation::Encoding),
    }
}
