//! The keys of portals that operators made while the hub ran.

use async_trait::async_trait;
use jiff::Timestamp;
use komunala_domain::{PortalId, TenantId, ids::PortalKeyId};

use super::StoreError;
use crate::{
    credentials::PortalKeyDigest,
    scope::{OperatorScope, SystemScope},
};

/// A key of a portal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuedKey {
    /// What it is called.
    pub id: PortalKeyId,
    /// The tenant of its portal.
    pub tenant: TenantId,
    /// Its portal.
    pub portal: PortalId,
    /// The digest of the key.
    pub digest: PortalKeyDigest,
    /// When it was made.
    pub created_at: Timestamp,
    /// By whom.
    pub created_by: String,
    /// From when on it opens nothing; `None` until it is revoked.
    pub not_after: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
    /// By whom.
    pub revoked_by: Option<String>,
    /// The minute in which it was used last, as far as it was told; `None` if never.
    pub last_used_at: Option<Timestamp>,
}

impl IssuedKey {
    /// Whether it opens anything at `now`.
    pub fn is_valid(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && self.not_after.is_none_or(|end| now < end)
    }
}

/// How a key was made, or why it was not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Issued {
    /// It is there.
    Done,
    /// The portal has as many as it may have.
    TooMany,
}

/// The keys of portals, shared by all replicas. A change counts the number of the settings' last change up, which is how
/// replicas notice it.
#[async_trait]
pub trait PortalKeys: Send + Sync {
    /// All keys, those that ended too as far as they are kept; oldest first.
    async fn portal_keys(&self, scope: &SystemScope) -> Result<Vec<IssuedKey>, StoreError>;

    /// Keeps a new key, unless its portal has `most` valid ones at its time of making. Keys that ended before
    /// `forgotten` go.
    async fn issue_portal_key(
        &self,
        scope: &OperatorScope,
        key: &IssuedKey,
        most: usize,
        forgotten: Timestamp,
    ) -> Result<Issued, StoreError>;

    /// Revokes a key; `false` if it was revoked before or is not there, and then nothing happened.
    async fn revoke_portal_key(
        &self,
        scope: &OperatorScope,
        key: &IssuedKey,
        now: Timestamp,
    ) -> Result<bool, StoreError>;

    /// Notes when keys were used last.
    async fn note_portal_key_uses(
        &self,
        scope: &SystemScope,
        uses: &[(PortalKeyId, Timestamp)],
    ) -> Result<(), StoreError>;
}
