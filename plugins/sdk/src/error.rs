//! Errors of the contract, made so that they keep its bounds.

use std::{fmt::Display, time::Duration};

use crate::types::{Error, FieldViolation};

/// Longest text of an error, in characters; the hub refuses more.
const MAX_TEXT: usize = 500;

impl Error {
    /// The billing system answered something that its description does not allow. No personal data in `what`.
    pub fn upstream(what: impl Display) -> Self {
        Self::Upstream(bounded(what))
    }

    /// A setting is missing or wrong.
    pub fn config(what: impl Display) -> Self {
        Self::Config(bounded(what))
    }

    /// Something else happened first.
    pub fn conflict(what: impl Display) -> Self {
        Self::Conflict(bounded(what))
    }

    /// A write may have happened.
    pub fn outcome_unknown(what: impl Display) -> Self {
        Self::OutcomeUnknown(bounded(what))
    }

    /// One argument is refused for good.
    pub fn rejected(field: impl Display, code: impl Display, message: impl Display) -> Self {
        Self::Rejected(vec![FieldViolation::new(field, code, message)])
    }

    /// Not now; `wait` if it is known.
    #[must_use]
    pub fn unavailable(wait: Option<Duration>) -> Self {
        Self::Unavailable(wait.map(milliseconds))
    }

    /// Too many requests; `wait` if it is known.
    #[must_use]
    pub fn rate_limited(wait: Option<Duration>) -> Self {
        Self::RateLimited(wait.map(milliseconds))
    }
}

impl FieldViolation {
    /// A refused argument: its name in kebab case, a code, a line for operators.
    pub fn new(field: impl Display, code: impl Display, message: impl Display) -> Self {
        Self { field: bounded(field), code: bounded(code), message: bounded(message) }
    }
}

fn milliseconds(wait: Duration) -> u64 {
    u64::try_from(wait.as_millis()).unwrap_or(u64::MAX)
}

/// One line of at most [`MAX_TEXT`] characters.
fn bounded(text: impl Display) -> String {
    text.to_string().chars().take(MAX_TEXT).map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_from_outside_becomes_one_bounded_line() {
        let Error::Upstream(text) = Error::upstream("a\nb".repeat(1000)) else { panic!("another error") };
        assert_eq!(text.chars().count(), MAX_TEXT);
        assert!(text.starts_with("a b"));
    }
}
