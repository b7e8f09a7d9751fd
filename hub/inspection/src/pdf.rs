//! PDFs that do nothing by themselves.
//!
//! Two views of a file must both find nothing. The first is the [`survey`] of its bytes from front to back, which sees every
//! object that stands there: those that no table names, and those that a later revision replaced. It unpacks the objects
//! that are packed, and refuses a file whose objects hide where readers disagree (inside strings and streams). The second
//! is a [`reader`]: the file must make sense to a whole PDF parser, and what that one reaches must do nothing either.
//!
//! The parser is `hayro-syntax`: it is made for broken and hostile files (bounded depth, no sharing of packed objects), reads
//! names with their escapes, and stands on two small crates. `lopdf` reads packed objects without a bound as well, and brings
//! a PDF writer, threads and cryptography along. Neither bounds what a stream unpacks to, so the survey does before.

mod active;
mod lexer;
mod reader;
mod survey;
mod unpacked;

use bytes::Bytes;
use komunala_domain::Objection;

/// Answers the same bytes: a PDF is kept as it came, for it may be signed.
pub(crate) fn check(bytes: Bytes) -> Result<Bytes, Objection> {
    survey::survey(&bytes)?;
    reader::read(&bytes)?;
    Ok(bytes)
}
