//! A document read from its beginning to its end, child by child.

mod events;

use std::{io::BufRead, sync::Arc};

use quick_xml::NsReader;

use self::events::Step;
use super::{Element, Limits, Malformation, Tag, XmlError, metered::Metered};

/// Walks through a document that is too large to be held.
///
/// It stands inside of an element, at first of the document. [`Reader::child`] goes to the next child; what is done with
/// it decides where it stands then: [`Reader::enter`] it, take its [`Reader::text`] or the whole [`Reader::element`], or
/// just go on, which skips it. Once there are no more children, it stands in the element around again.
///
/// ```
/// use komunala_adapter_sdk::xml::{Limits, Reader};
///
/// let list = "<List><Head><Id>0</Id></Head><Id>7</Id><Id>8</Id></List>";
/// let mut reader = Reader::new(list.as_bytes(), &Limits::default());
/// let root = reader.root().unwrap();
/// reader.enter(root);
/// let mut ids = Vec::new();
/// while let Some(child) = reader.child().unwrap() {
///     if child.local() == "Id" {
///         ids.push(reader.text(child).unwrap());
///     }
/// }
/// assert_eq!(ids, ["7", "8"]);
/// ```
pub struct Reader<R> {
    inner: NsReader<Metered<R>>,
    limits: Limits,
    /// What the parser holds of one tag or text.
    piece: Vec<u8>,
    /// The local names of the open elements, each behind a slash.
    path: String,
    depth: usize,
    /// The depth of the element in which the caller stands.
    inside: usize,
    elements: u64,
    /// Namespaces that were met, so that a list of a million elements shares one.
    namespaces: Vec<Arc<str>>,
    begun: bool,
}

impl<R: BufRead> Reader<R> {
    /// Reads from a stream.
    pub fn new(input: R, limits: &Limits) -> Self {
        let mut inner = NsReader::from_reader(Metered::new(input, limits.input, limits.piece()));
        inner.config_mut().expand_empty_elements = true;
        Self {
            inner,
            limits: *limits,
            piece: Vec::new(),
            path: String::new(),
            depth: 0,
            inside: 0,
            elements: 0,
            namespaces: Vec::new(),
            begun: false,
        }
    }

    /// Goes to the outermost element, once.
    pub fn root(&mut self) -> Result<Tag, XmlError> {
        self.child()?.ok_or_else(|| self.malformed(Malformation::Truncated))
    }

    /// Goes to the next child of the element it stands in; none at the end of that element, which it leaves by that.
    pub fn child(&mut self) -> Result<Option<Tag>, XmlError> {
        loop {
            match self.step(None)? {
                Step::Start(tag) if self.depth == self.inside + 1 => return Ok(Some(tag)),
                Step::Start(_) => {}
                Step::End if self.depth < self.inside => {
                    self.inside = self.depth;
                    return Ok(None);
                }
                Step::End => {}
                Step::Eof => return Ok(None),
            }
        }
    }

    /// Stands inside of the child that it went to last.
    pub fn enter(&mut self, _child: Tag) {
        self.inside = self.depth;
    }

    /// The text of the child that it went to last, without what other elements in it say.
    pub fn text(&mut self, _child: Tag) -> Result<String, XmlError> {
        let mut text = String::new();
        let depth = self.depth;
        loop {
            let direct = self.depth == depth;
            match self.step(direct.then_some(&mut text))? {
                Step::End if self.depth < depth => return Ok(text),
                Step::Eof => return Err(self.malformed(Malformation::Truncated)),
                Step::Start(_) | Step::End => {}
            }
        }
    }

    /// The child that it went to last, with everything in it.
    pub fn element(&mut self, child: Tag) -> Result<Element, XmlError> {
        let leaf = |tag| Element { tag, text: String::new(), children: Vec::new() };
        let mut around: Vec<Element> = Vec::new();
        let mut current = leaf(child);
        loop {
            match self.step(Some(&mut current.text))? {
                Step::Start(tag) => around.push(std::mem::replace(&mut current, leaf(tag))),
                Step::End => match around.pop() {
                    Some(mut parent) => {
                        parent.children.push(current);
                        current = parent;
                    }
                    None => return Ok(current),
                },
                Step::Eof => return Err(self.malformed(Malformation::Truncated)),
            }
        }
    }

    /// Reads what is left, so that a document that is broken behind the last thing of interest does not pass.
    pub fn finish(mut self) -> Result<(), XmlError> {
        while !matches!(self.step(None)?, Step::Eof) {}
        Ok(())
    }
}

impl<R> std::fmt::Debug for Reader<R> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Reader").field("path", &self.path).finish_non_exhaustive()
    }
}
