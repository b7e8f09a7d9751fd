//! Why there is no answer, sorted by the one question that matters to a write: may it have happened?

use crate::types::Error;

/// Why a request got no whole answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// It was never sent: no address, no connection, no TLS.
    #[error("not sent: {0}")]
    NotSent(String),
    /// The hub did not let it out, or the address cannot be one.
    #[error("not allowed: {0}")]
    Denied(String),
    /// It may have arrived: the connection broke or the time ran out before the whole answer was there.
    #[error("answer lost: {0}")]
    Lost(String),
    /// The answer is longer than the request allows, in bytes.
    #[error("answer longer than {0} bytes")]
    TooLarge(usize),
    /// What came back is no HTTP.
    #[error("answer garbled: {0}")]
    Garbled(String),
}

impl SendError {
    /// What it means for a request that changes nothing.
    #[must_use]
    pub fn of_read(self) -> Error {
        match self {
            Self::NotSent(_) | Self::Lost(_) => Error::Unavailable(None),
            Self::Denied(_) => Error::config(self),
            Self::TooLarge(_) | Self::Garbled(_) => Error::upstream(self),
        }
    }

    /// What it means for a write.
    #[must_use]
    pub fn of_write(self) -> Error {
        match self {
            Self::NotSent(_) => Error::Unavailable(None),
            Self::Denied(_) => Error::config(self),
            Self::Lost(_) | Self::TooLarge(_) | Self::Garbled(_) => Error::outcome_unknown(self),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_write_that_may_have_arrived_has_an_unknown_outcome() {
        assert_eq!(SendError::NotSent("refused".into()).of_write(), Error::Unavailable(None));
        assert!(matches!(SendError::Lost("timeout".into()).of_write(), Error::OutcomeUnknown(_)));
        assert_eq!(SendError::Lost("timeout".into()).of_read(), Error::Unavailable(None));
        assert!(matches!(SendError::Denied("host".into()).of_write(), Error::Config(_)));
    }
}
