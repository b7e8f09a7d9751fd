//! What an operator has to look at: records, pages and files that were put aside.

use async_trait::async_trait;
use jiff::Timestamp;
use komunala_domain::{ProviderId, TenantId};

use super::StoreError;
use crate::scope::{SystemScope, TenantScope};

/// Something that was put aside while a provider's data were taken in. It names no person: a record is named by the
/// billing system's key, and what is wrong with it without the value that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewProblem {
    /// Where it was met: `changes`, `files`, `delivery`, …
    pub source: &'static str,
    /// Which record, file or page; empty where not even that could be read.
    pub subject: String,
    /// The field that is wrong; empty where the whole is.
    pub field: String,
    /// What is wrong, in one line.
    pub detail: String,
}

/// A problem that is still of interest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The tenant.
    pub tenant: TenantId,
    /// The provider.
    pub provider: ProviderId,
    /// Where it was met.
    pub source: String,
    /// Which record, file or page.
    pub subject: String,
    /// The field that is wrong.
    pub field: String,
    /// What is wrong.
    pub detail: String,
    /// When it was met first.
    pub first_seen: Timestamp,
    /// When it was met last.
    pub last_seen: Timestamp,
    /// How often it was met.
    pub count: u64,
}

/// The problems of all providers. The same one met again is counted, and a provider has a bounded number of them: the
/// oldest make room.
#[async_trait]
pub trait Problems: Send + Sync {
    /// Notes what was put aside.
    async fn record(
        &self,
        scope: &TenantScope,
        provider: &ProviderId,
        problems: &[NewProblem],
        now: Timestamp,
    ) -> Result<(), StoreError>;

    /// The problems of one provider or all, the latest first.
    async fn list(
        &self,
        scope: &SystemScope,
        provider: Option<&ProviderId>,
        limit: u32,
    ) -> Result<Vec<Problem>, StoreError>;

    /// Forgets problems that were not met again since `before`; answers how many.
    async fn forget_problems(&self, scope: &SystemScope, before: Timestamp) -> Result<u64, StoreError>;
}
