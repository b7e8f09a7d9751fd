//! Messages as operators see them: how many stand where, which are stuck, and what becomes of those.

use async_trait::async_trait;
use jiff::Timestamp;
use komunala_domain::{ProviderId, TenantId, ids::MessageId};

use super::{StoreError, outbox::MessageState};
use crate::scope::{DeskScope, SystemScope};

/// How many messages of a provider stand in a state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tally {
    /// The provider.
    pub provider: ProviderId,
    /// The state.
    pub state: MessageState,
    /// How many.
    pub count: u64,
}

/// A message that nothing more happens to by itself, or not soon. Whom it goes to stays sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StuckMessage {
    /// Its id.
    pub id: MessageId,
    /// On whose behalf it is.
    pub provider: ProviderId,
    /// What it is for, one word.
    pub purpose: String,
    /// Where it stands.
    pub state: MessageState,
    /// How often it was tried.
    pub attempts: u32,
    /// Why it stands there; no personal data.
    pub reason: String,
    /// When it was enqueued.
    pub created: Timestamp,
    /// When it is sent again by itself, where it is unknown and that is so.
    pub again: Option<Timestamp>,
}

/// What an operator decides about a message whose fate is unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resolution {
    /// It is sent again, with the same Message-ID: a copy is better than none.
    SendAgain,
    /// It arrived, or need not: it is not sent again.
    LetBe,
}

/// What operators see and decide.
#[async_trait]
pub trait Messages: Send + Sync {
    /// How many messages stand in each state, by provider.
    async fn tally(&self, scope: &SystemScope) -> Result<Vec<Tally>, StoreError>;

    /// Messages of a provider that are failed or unknown, oldest first, behind `after`.
    async fn stuck(
        &self,
        scope: &SystemScope,
        (tenant, provider): (&TenantId, &ProviderId),
        state: MessageState,
        after: Option<MessageId>,
        limit: u32,
    ) -> Result<Vec<StuckMessage>, StoreError>;

    /// Settles what becomes of a message whose fate is unknown; that somebody did stands in the audit log. `false` where
    /// the provider has no such message, or its fate is known.
    async fn resolve(
        &self,
        desk: &DeskScope,
        provider: &ProviderId,
        id: MessageId,
        resolution: Resolution,
        now: Timestamp,
    ) -> Result<bool, StoreError>;
}
