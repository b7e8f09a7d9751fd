//! What customers handed in: a row that names it, and its bytes, both sealed under the key of whoever handed it in.

use async_trait::async_trait;
use bytes::Bytes;
use jiff::Timestamp;
use komunala_domain::{AttachmentKind, FileName, ProviderId, Sha256, ids::AttachmentId, ids::ServiceRequestId};

use super::{StoreError, WriteKey};
use crate::scope::{DeskScope, SystemScope, UserScope};

/// A document or photo that somebody handed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// Its id.
    pub id: AttachmentId,
    /// What it is, by its content.
    pub kind: AttachmentKind,
    /// What it is called.
    pub name: FileName,
    /// The length of what is kept, in bytes.
    pub size: u64,
    /// The digest of what is kept.
    pub sha256: Sha256,
    /// When it was handed in.
    pub created_at: Timestamp,
    /// The request that it belongs to; `None` until one names it, and where a reading does.
    pub request: Option<ServiceRequestId>,
}

/// A document or photo to be kept.
#[derive(Debug, Clone)]
pub struct NewAttachment {
    /// What it is and what it is called; it belongs to no request yet.
    pub attachment: Attachment,
    /// Its bytes.
    pub bytes: Bytes,
    /// The write's name.
    pub key: WriteKey,
    /// How much one person may hand in.
    pub allowance: Allowance,
}

/// How much one person may hand in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    /// Attachments within 24 hours.
    pub per_day: u32,
    /// Bytes in all, of what is kept.
    pub bytes: u64,
}

/// How keeping an attachment went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Handed {
    /// It is kept.
    In,
    /// It was handed in before; this is its id as it was answered then.
    Before(String),
    /// Its owner has handed in as much as one person may.
    TooMuch,
}

/// What customers handed in.
#[async_trait]
pub trait Attachments: Send + Sync {
    /// Keeps an attachment: the bytes first, so that a row never names what is not there.
    async fn hand_in(&self, scope: &UserScope, new: &NewAttachment) -> Result<Handed, StoreError>;

    /// An attachment of the signed-in user.
    async fn attachment(&self, scope: &UserScope, id: AttachmentId) -> Result<Option<Attachment>, StoreError>;

    /// The same with its bytes, checked against the digest.
    async fn attachment_bytes(
        &self,
        scope: &UserScope,
        id: AttachmentId,
    ) -> Result<Option<(Attachment, Bytes)>, StoreError>;

    /// The attachments of the signed-in user, by id, behind `after`.
    async fn attachments(
        &self,
        scope: &UserScope,
        after: Option<AttachmentId>,
        limit: u32,
    ) -> Result<Vec<Attachment>, StoreError>;

    /// An attachment of a request to `provider`, or of a reading of its meters, for whoever is at the desk. That it was
    /// looked at stands in the audit log.
    async fn desk_attachment(
        &self,
        scope: &DeskScope,
        provider: &ProviderId,
        id: AttachmentId,
        now: Timestamp,
    ) -> Result<Option<(Attachment, Bytes)>, StoreError>;

    /// Removes bytes that no row names and that were written before `before`, at most `limit`; answers how many.
    async fn sweep_unnamed(&self, scope: &SystemScope, before: Timestamp, limit: u32) -> Result<u64, StoreError>;
}
