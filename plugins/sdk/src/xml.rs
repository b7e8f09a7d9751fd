//! Reading and writing XML, with bounds.
//!
//! What comes from a billing system is data, so only data is read: no DTD and so no entities but the five predefined
//! and character references, nothing external, UTF-8 alone. [`Limits`] bound what a document may cost: its bytes, its
//! depth, its elements, their attributes, names and texts. Namespaces are resolved: prefixes mean nothing by themselves.
//!
//! - A small document becomes a tree at once, [`Element::read`]; what is missing in it is an error that names it.
//! - A large one is walked with a [`Reader`], child by child, and never held as a whole.
//! - [`Writer`] writes one, with every value escaped.
//!
//! ```
//! use komunala_adapter_sdk::xml::{Element, Limits};
//!
//! let answer = r#"<b:Meter xmlns:b="http://water.example/"><b:Serial>V-118</b:Serial></b:Meter>"#;
//! let meter = Element::read(answer.as_bytes(), &Limits::default()).unwrap();
//! assert!(meter.is("http://water.example/", "Meter"));
//! assert_eq!(meter.require("Serial").unwrap().value(), Some("V-118"));
//! assert_eq!(meter.require("Digits").unwrap_err().to_string(), "no Digits in Meter");
//! ```

mod element;
mod error;
mod limits;
mod metered;
mod reader;
mod tag;
mod writer;

pub use element::Element;
pub use error::{Malformation, XmlError};
pub use limits::Limits;
pub use reader::Reader;
pub use tag::Tag;
pub use writer::Writer;
