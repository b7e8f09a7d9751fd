//! What is wrong with a document.

use crate::{http::SendError, types::Error};

/// Why a document cannot be used. Names elements and positions, never a value: values are customers' data.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum XmlError {
    /// It is no XML, or none that is read here.
    #[error("{what} at byte {at} in /{path}")]
    Malformed {
        /// What is wrong.
        what: Malformation,
        /// How many bytes stand before it, more or less.
        at: u64,
        /// The local names of the elements that were open.
        path: String,
    },
    /// An element that must be there is not.
    #[error("no {child} in {parent}")]
    Missing {
        /// Its local name.
        child: &'static str,
        /// Where it should be.
        parent: String,
    },
    /// A value has another form than it must have.
    #[error("{element} is not {expected}")]
    Form {
        /// The element, or the attribute.
        element: String,
        /// What it should be.
        expected: &'static str,
    },
    /// The document stopped arriving.
    #[error("broken off: {0}")]
    BrokenOff(SendError),
}

/// What is wrong with a document as such.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Malformation {
    /// A rule of XML is broken.
    #[error("not well-formed XML")]
    Syntax,
    /// It ends before its elements do.
    #[error("a document that ends too early")]
    Truncated,
    /// It has a DTD, which is where entities and references to other documents would come from.
    #[error("a document type declaration")]
    Dtd,
    /// A reference to an entity that is not predefined.
    #[error("an entity that is not predefined")]
    Entity,
    /// A prefix that stands for no namespace.
    #[error("a prefix without a namespace")]
    Namespace,
    /// Not UTF-8, or said to be something else.
    #[error("another encoding than UTF-8")]
    Encoding,
    /// A character that XML does not allow.
    #[error("a character that XML does not allow")]
    Character,
    /// [`Limits::input`](super::Limits::input).
    #[error("a document that is too long")]
    Input,
    /// [`Limits::depth`](super::Limits::depth).
    #[error("elements that are nested too deeply")]
    Depth,
    /// [`Limits::elements`](super::Limits::elements).
    #[error("too many elements")]
    Elements,
    /// [`Limits::attributes`](super::Limits::attributes).
    #[error("too many attributes")]
    Attributes,
    /// [`Limits::name`](super::Limits::name).
    #[error("a name that is too long")]
    Name,
    /// [`Limits::text`](super::Limits::text).
    #[error("a text that is too long")]
    Text,
}

impl From<XmlError> for Error {
    /// The billing system broke its description; only one that broke off is worth asking again.
    fn from(error: XmlError) -> Self {
        match error {
            XmlError::BrokenOff(lost) => lost.of_read(),
            other => Self::upstream(format_args!("XML: {other}")),
        }
    }
}
