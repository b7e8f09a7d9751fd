//! Why the store did not answer.

/// Why the store did not answer.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database or the document store cannot be reached, is too slow, or has no connection left.
    #[error("the store is unavailable")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A request id was used before, for another request.
    #[error("the request id was used for another request")]
    RequestIdReused,
    /// A row does not hold what the hub wrote.
    #[error("the store holds a damaged {what}")]
    Damaged {
        /// The kind of row or document.
        what: &'static str,
        /// What is wrong with it; no personal data.
        detail: String,
    },
    /// The database refused a statement: an error of the hub's own.
    #[error("the store failed")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
}
