//! The bounds that the proto files state for each field, checked before anything else looks at a request.
//!
//! The build script turns the `buf.validate` rules of a message into an `impl Validate` over the few checks of
//! [`Violations`]; no other module knows how it is done.

mod checks;

pub(crate) use checks::{Shape, Text, Violations};

use crate::failure::Failure;

/// A message whose fields have bounds.
pub(crate) trait Validate {
    /// Notes each field that is out of its bounds.
    fn check(&self, found: &mut Violations);
}

/// A field that is out of its bounds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Violation {
    /// Where: `accepted_documents[0].version`.
    pub(crate) field: String,
    /// What is wrong with it, without the value itself.
    pub(crate) description: String,
}

impl Violation {
    /// A violation of a rule that no annotation can express.
    pub(crate) fn new(field: impl Into<String>, description: impl Into<String>) -> Self {
        Self { field: field.into(), description: description.into() }
    }
}

/// Checks a request against the bounds of its fields.
pub(crate) fn validate(request: &impl Validate) -> Result<(), Failure> {
    let mut found = Violations::default();
    request.check(&mut found);
    match found.into_inner() {
        none if none.is_empty() => Ok(()),
        some => Err(Failure::invalid(some)),
    }
}

#[cfg(test)]
mod tests;
