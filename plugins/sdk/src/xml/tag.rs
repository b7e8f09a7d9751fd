//! The start of an element.

use std::sync::Arc;

/// The start of an element: its name and its attributes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    pub(super) namespace: Option<Arc<str>>,
    pub(super) local: Box<str>,
    pub(super) attributes: Vec<Attribute>,
}

/// An attribute that declares no namespace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Attribute {
    pub(super) namespace: Option<Arc<str>>,
    pub(super) local: Box<str>,
    pub(super) value: Box<str>,
}

impl Tag {
    /// The name without its prefix.
    #[must_use]
    pub fn local(&self) -> &str {
        &self.local
    }

    /// The namespace of the name, if it is in one.
    #[must_use]
    pub fn namespace(&self) -> Option<&str> {
        self.namespace.as_deref()
    }

    /// Whether it is this element of this namespace.
    #[must_use]
    pub fn is(&self, namespace: &str, local: &str) -> bool {
        self.local() == local && self.namespace() == Some(namespace)
    }

    /// The value of the attribute of this name that is in no namespace, as most are.
    #[must_use]
    pub fn attribute(&self, local: &str) -> Option<&str> {
        self.find(None, local)
    }

    /// The value of an attribute of a namespace.
    #[must_use]
    pub fn attribute_in(&self, namespace: &str, local: &str) -> Option<&str> {
        self.find(Some(namespace), local)
    }

    fn find(&self, namespace: Option<&str>, local: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|it| &*it.local == local && it.namespace.as_deref() == namespace);
        found.map(|attribute| &*attribute.value)
    }
}
