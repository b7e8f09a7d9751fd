//! What users agreed to: rows are added, and never changed or taken away.

use async_trait::async_trait;
use jiff::Timestamp;
use komunala_domain::{Language, ProviderId, Sha256, consent::DocumentVersion, ids::ConsentId};

use super::{StoreError, WriteKey, Written};
use crate::scope::UserScope;

/// The purpose of the choice to get bills by e-mail. Every other purpose is the name of a document.
pub const BILL_BY_EMAIL: &str = "bill_by_email";

/// Something that was agreed to, or no longer is, to be written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewConsent {
    /// The provider that it concerns.
    pub provider: ProviderId,
    /// What for: the document and its version; [`BILL_BY_EMAIL`] has no version.
    pub purpose: DocumentVersion,
    /// The digest of the document's text, where the hub has it.
    pub sha256: Option<Sha256>,
    /// Whether it was given; `false` takes an earlier one back.
    pub granted: bool,
    /// The language it was shown in.
    pub language: Language,
    /// Through which call, such as `Register`.
    pub mechanism: &'static str,
    /// Whether the choice was made before the person touched it.
    pub pre_ticked: bool,
}

/// Something that was agreed to, or no longer is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consent {
    /// Its id.
    pub id: ConsentId,
    /// The provider that it concerns.
    pub provider: ProviderId,
    /// What for.
    pub purpose: DocumentVersion,
    /// The digest of the document's text, where the hub had it.
    pub sha256: Option<Sha256>,
    /// Whether it was given.
    pub granted: bool,
    /// The language it was shown in.
    pub language: Language,
    /// Through which call.
    pub mechanism: String,
    /// Whether the choice was made before the person touched it; `None` where nobody wrote that down.
    pub pre_ticked: Option<bool>,
    /// When.
    pub at: Timestamp,
}

/// A document that a user accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// Whose document it is.
    pub provider: ProviderId,
    /// The document and its version.
    pub document: DocumentVersion,
    /// The digest of its text, where the hub had it.
    pub sha256: Option<Sha256>,
}

/// What there is to hold a provider's documents in force against.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standing {
    /// The providers of which the user has an account linked.
    pub providers: Vec<ProviderId>,
    /// What the user accepted.
    pub accepted: Vec<Accepted>,
}

/// Consents of a tenant's users.
#[async_trait]
pub trait Consents: Send + Sync {
    /// The user's consents, the youngest first, older than `after`.
    async fn consents(
        &self,
        scope: &UserScope,
        after: Option<ConsentId>,
        limit: u32,
    ) -> Result<Vec<Consent>, StoreError>;

    /// Writes a consent down; `None` when the user has no account of its provider linked.
    async fn give(
        &self,
        scope: &UserScope,
        new: NewConsent,
        key: WriteKey,
        now: Timestamp,
    ) -> Result<Option<Written<ConsentId>>, StoreError>;

    /// One of the user's consents.
    async fn consent(&self, scope: &UserScope, id: ConsentId) -> Result<Option<Consent>, StoreError>;

    /// The user's providers, and what the user accepted.
    async fn standing(&self, scope: &UserScope) -> Result<Standing, StoreError>;
}
