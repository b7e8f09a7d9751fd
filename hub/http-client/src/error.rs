//! How a question ended without an answer.

use std::error::Error;

use http::StatusCode;

/// Why there is no answer. What matters to whoever asked for something to be done is whether it may have been.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AskError {
    /// Nobody was reached: no byte of the question left.
    #[error("no connection: {0}")]
    NotConnected(String),
    /// The connection broke while the question was under way.
    #[error("the connection broke: {0}")]
    Broken(String),
    /// The time was up.
    #[error("no answer in time")]
    Late,
    /// An answer began, and did not end within its bounds.
    #[error("no whole answer of at most {longest} bytes")]
    Cut {
        /// What it began with.
        status: StatusCode,
        /// How long it may be, in bytes.
        longest: usize,
    },
}

impl AskError {
    pub(crate) fn of(error: &hyper_util::client::legacy::Error) -> Self {
        match error.is_connect() {
            true => Self::NotConnected(innermost(error)),
            false => Self::Broken(innermost(error)),
        }
    }
}

/// The outer errors say only that there was one.
fn innermost(error: &dyn Error) -> String {
    let mut cause = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}
