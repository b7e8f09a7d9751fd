//! What one round of taking in came to, for logs and metrics.

use jiff::Timestamp;

use crate::ports::BillingError;

/// What one round came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FeedReport {
    /// Records or rows that were taken in.
    pub records: u64,
    /// What was put aside.
    pub problems: u64,
    /// Files that began to count.
    pub files: u64,
    /// Files that were refused whole.
    pub refused: u64,
    /// Rows that were handed over to the billing system.
    pub handed_over: u64,
    /// Up to when everything is known: the end of the feed, or when the newest file began to count.
    pub as_of: Option<Timestamp>,
    /// Why the round ended before its work did.
    pub ended_by: Option<BillingError>,
}
