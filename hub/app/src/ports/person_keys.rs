//! The keys of people, as far as somebody has to look after them.
//!
//! Everything personal that the store keeps is sealed under a key of its person; the store does that by itself.

use async_trait::async_trait;
use jiff::Timestamp;

use super::StoreError;
use crate::scope::SystemScope;

/// Looking after the keys.
#[async_trait]
pub trait PersonKeys: Send + Sync {
    /// Wraps up to `limit` keys anew that are wrapped by an earlier master key; answers how many it found.
    async fn rewrap(&self, scope: &SystemScope, limit: u32) -> Result<u64, StoreError>;

    /// How many keys are wrapped by an earlier master key.
    async fn outdated(&self, scope: &SystemScope) -> Result<u64, StoreError>;

    /// Brings erasures to their end that were begun before `before` and broken off; answers how many.
    async fn finish_erasures(&self, scope: &SystemScope, before: Timestamp, now: Timestamp) -> Result<u64, StoreError>;

    /// Erases again whoever was erased and stands in the database nevertheless, since an older one was put back; answers
    /// how many.
    async fn erase_again(&self, scope: &SystemScope, now: Timestamp) -> Result<u64, StoreError>;
}
