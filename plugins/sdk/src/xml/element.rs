//! A small document as a tree.

use super::{Limits, Reader, Tag, XmlError};

/// An element with everything in it. Texts between its children are joined.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Element {
    pub(super) tag: Tag,
    pub(super) text: String,
    pub(super) children: Vec<Element>,
}

impl Element {
    /// Reads a whole document.
    pub fn read(document: &[u8], limits: &Limits) -> Result<Self, XmlError> {
        let mut reader = Reader::new(document, limits);
        let root = reader.root()?;
        let root = reader.element(root)?;
        reader.finish()?;
        Ok(root)
    }

    /// Its name and attributes.
    #[must_use]
    pub fn tag(&self) -> &Tag {
        &self.tag
    }

    /// The name without its prefix.
    #[must_use]
    pub fn local(&self) -> &str {
        self.tag.local()
    }

    /// Whether it is this element of this namespace.
    #[must_use]
    pub fn is(&self, namespace: &str, local: &str) -> bool {
        self.tag.is(namespace, local)
    }

    /// The value of an attribute, as [`Tag::attribute`].
    #[must_use]
    pub fn attribute(&self, local: &str) -> Option<&str> {
        self.tag.attribute(local)
    }

    /// Its text as it stands.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Its text without the blanks around it; none if nothing is left, since missing and empty are the same to a record.
    #[must_use]
    pub fn value(&self) -> Option<&str> {
        Some(self.text.trim()).filter(|text| !text.is_empty())
    }

    /// Everything in it, in its order.
    #[must_use]
    pub fn children(&self) -> &[Element] {
        &self.children
    }

    /// The elements of this name, in the namespace that this one is in.
    pub fn all<'a>(&'a self, local: &'a str) -> impl Iterator<Item = &'a Element> {
        self.children.iter().filter(move |child| child.local() == local && child.tag.namespace == self.tag.namespace)
    }

    /// The first element of this name, in the namespace that this one is in.
    #[must_use]
    pub fn child(&self, local: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.local() == local && child.tag.namespace == self.tag.namespace)
    }

    /// The first element of this name in another namespace.
    #[must_use]
    pub fn child_in(&self, namespace: &str, local: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.is(namespace, local))
    }

    /// The first element of this name, whatever its namespace: for formats that writers disagree about.
    #[must_use]
    pub fn child_anywhere(&self, local: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.local() == local)
    }

    /// The same as [`Element::child`] where a document without it is wrong.
    pub fn require(&self, local: &'static str) -> Result<&Element, XmlError> {
        self.child(local).ok_or_else(|| self.missing(local))
    }

    /// The value of a child, if there is one with a value.
    #[must_use]
    pub fn value_of(&self, local: &str) -> Option<&str> {
        self.child(local)?.value()
    }

    /// The value of a child that must be there and have one.
    pub fn require_value(&self, local: &'static str) -> Result<&str, XmlError> {
        self.value_of(local).ok_or_else(|| self.missing(local))
    }

    /// The value of a child in a form that `parse` reads, if there is one with a value.
    pub fn parse<T, E>(
        &self,
        local: &'static str,
        expected: &'static str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<Option<T>, XmlError> {
        let Some(value) = self.value_of(local) else { return Ok(None) };
        parse(value).map(Some).map_err(|_| XmlError::Form { element: local.to_owned(), expected })
    }

    /// The same where a document without it is wrong.
    pub fn require_parsed<T, E>(
        &self,
        local: &'static str,
        expected: &'static str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<T, XmlError> {
        self.parse(local, expected, parse)?.ok_or_else(|| self.missing(local))
    }

    fn missing(&self, child: &'static str) -> XmlError {
        XmlError::Missing { child, parent: self.local().to_owned() }
    }
}
