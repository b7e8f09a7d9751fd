//! Rows that are over and kept for a while only.

use async_trait::async_trait;
use jiff::Timestamp;

use super::StoreError;
use crate::scope::SystemScope;

/// What is swept away some time after it is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Remains {
    /// Request ids; over from their use on.
    RequestIds,
    /// Budgets of failed attempts; over with their window, and remembered for as long as one may last. Whoever guesses customer numbers makes a row with each.
    Attempts,
    /// Sessions that ended or expired.
    Sessions,
    /// Confirmations of addresses that were used or replaced, or that expired.
    Verifications,
    /// Challenges for new passwords and addresses that were answered or replaced, or that expired.
    Challenges,
    /// Attachments that no request names; over from the upload on.
    Attachments,
    /// Texts that came from phones; what they said goes as soon as they were read, and here it is forgotten that they came.
    IncomingTexts,
    /// Messages that the relay took or that were given up; not those whose fate an operator has yet to decide.
    Messages,
}

/// Sweeping in small portions, so that nobody waits long for a row.
#[async_trait]
pub trait Sweeps: Send + Sync {
    /// Forgets at most `limit` rows that were over before `before`; answers how many.
    async fn sweep(&self, scope: &SystemScope, what: Remains, before: Timestamp, limit: u32)
    -> Result<u64, StoreError>;

    /// Deletes at most `limit` documents that no invoice names any more; answers how many.
    async fn sweep_documents(&self, scope: &SystemScope, limit: u32) -> Result<u64, StoreError>;
}
