//! Settings that operators applied while the hub ran.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use komunala_domain::{ProviderId, Sha256, TenantId};

use super::StoreError;
use crate::scope::{OperatorScope, SystemScope};

/// What a text of settings is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// A provider and its adapter.
    Provider(ProviderId),
    /// All portals of a tenant.
    Portals(TenantId),
}

/// A text of settings that an operator applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied {
    /// What it is about.
    pub subject: Subject,
    /// The text, as a settings file has it.
    pub text: Arc<str>,
    /// The component that served the provider before the one the text pins.
    pub previous_component: Option<Sha256>,
    /// Whether the provider's adapter is asked at all.
    pub is_enabled: bool,
    /// Whether portals show the provider. A disabled one is neither shown nor asked.
    pub is_shown: bool,
    /// Which change of the hub's settings it was.
    pub revision: u64,
    /// When.
    pub applied_at: Timestamp,
    /// By whom.
    pub applied_by: String,
}

/// The settings that were applied, one text per subject, shared by all replicas.
#[async_trait]
pub trait Settings: Send + Sync {
    /// The number of the last change; 0 before the first. Cheap enough to be asked every second.
    async fn settings_revision(&self, scope: &SystemScope) -> Result<u64, StoreError>;

    /// All of them.
    async fn applied_settings(&self, scope: &SystemScope) -> Result<Vec<Applied>, StoreError>;

    /// Applies a text as the change after `applied.revision - 1`; `false` when another change was quicker, and then
    /// nothing happened.
    async fn apply_settings(&self, scope: &OperatorScope, applied: &Applied) -> Result<bool, StoreError>;
}
