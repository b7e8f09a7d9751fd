//! Failed attempts, counted before anything expensive is done.

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};

use super::StoreError;
use crate::scope::TenantScope;

/// A budget of failures for one subject: a customer number, a caller, a provider, an e-mail address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Budget {
    /// What is guessed, such as `pin` or `password`: all that is told of it.
    pub kind: String,
    /// A keyed hash of the subject, so that the row tells nothing.
    pub subject: [u8; 32],
    /// How many failures the window allows.
    pub failures: u32,
    /// How long a window lasts from its first failure on.
    pub window: SignedDuration,
    /// What a window may grow to: each that is used up makes the next one four times as long, and one that is not, or a
    /// pause of this length, makes it begin anew.
    pub longest: SignedDuration,
}

/// Counts of failed attempts.
#[async_trait]
pub trait Attempts: Send + Sync {
    /// Counts an attempt against all budgets at once, as if it failed; `Err` in the inner result is how long to
    /// wait, and then nothing was counted. Of many callers at once no more pass than the budget allows.
    async fn begin(
        &self,
        scope: &TenantScope,
        budgets: &[Budget],
        now: Timestamp,
    ) -> Result<Result<(), SignedDuration>, StoreError>;

    /// Takes back an attempt that did not fail.
    async fn succeeded(&self, scope: &TenantScope, budgets: &[Budget]) -> Result<(), StoreError>;

    /// Writes about as much as would be written for somebody, where there is nobody: what an answer takes must not tell.
    async fn decoy(&self, scope: &TenantScope, subject: [u8; 32], now: Timestamp) -> Result<(), StoreError>;
}
