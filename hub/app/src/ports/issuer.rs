//! Whoever signs operators in: an OpenID Connect provider.

use async_trait::async_trait;

/// Why the keys of an issuer could not be fetched.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IssuerError {
    /// Nobody answers there, not in time, or not the one the certificate names.
    #[error("{url} cannot be reached: {cause}")]
    Unreachable {
        /// What was asked for.
        url: String,
        /// Why.
        cause: String,
    },
    /// The answer is not what it should be.
    #[error("{url}: {problem}")]
    Answer {
        /// What was asked for.
        url: String,
        /// What is wrong with the answer.
        problem: String,
    },
}

/// An OpenID Connect provider, as its discovery document describes it.
#[async_trait]
pub trait Issuer: Send + Sync {
    /// Its present keys: a JSON Web Key Set (RFC 7517), as it came. Takes a bounded time and a bounded size.
    async fn key_set(&self) -> Result<Vec<u8>, IssuerError>;
}
