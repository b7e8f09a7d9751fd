//! Sessions: families of refresh tokens. A token that is shown twice ends its family.

use async_trait::async_trait;
use jiff::Timestamp;
use komunala_domain::ids::{SessionId, UserId};

use super::{StoreError, outbox::Notice};
use crate::scope::{TenantScope, UserScope};

/// A session to be opened.
#[derive(Debug, Clone)]
pub struct NewSession {
    /// Its id.
    pub id: SessionId,
    /// Whose it is.
    pub user: UserId,
    /// The SHA-256 of its first refresh token.
    pub token_hash: [u8; 32],
    /// When its tokens expire, however often they are exchanged.
    pub expires: Timestamp,
    /// Whether the user asked to be remembered.
    pub remember: bool,
    /// How the portal describes where the user is, such as `Firefox, Windows`.
    pub device: Option<String>,
    /// Now.
    pub now: Timestamp,
}

/// A session that goes on, as its user sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenSession {
    /// Its id.
    pub id: SessionId,
    /// When the user signed in.
    pub begun: Timestamp,
    /// When its refresh token was exchanged last.
    pub used: Timestamp,
    /// When its tokens expire.
    pub expires: Timestamp,
    /// Whether the user asked to be remembered.
    pub remembered: bool,
    /// How the portal described where the user was.
    pub device: Option<String>,
}

/// What came of showing a refresh token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rotation {
    /// It was the current one and has been replaced.
    Rotated {
        /// Whose session it is.
        user: UserId,
        /// When the session's tokens expire.
        expires: Timestamp,
    },
    /// It had been used before: the session is over.
    Reused,
    /// There is no such session, or it is over.
    Unknown,
}

/// Sessions of a tenant's users.
#[async_trait]
pub trait Sessions: Send + Sync {
    /// Opens a session.
    async fn open(&self, scope: &TenantScope, new: NewSession) -> Result<(), StoreError>;

    /// Exchanges the token with hash `shown` for the one with hash `next`, atomically.
    async fn rotate(
        &self,
        scope: &TenantScope,
        session: SessionId,
        shown: [u8; 32],
        next: [u8; 32],
        now: Timestamp,
    ) -> Result<Rotation, StoreError>;

    /// The user's sessions that go on, the youngest first, begun before `after`.
    async fn list_open(
        &self,
        scope: &UserScope,
        after: Option<SessionId>,
        limit: u32,
        now: Timestamp,
    ) -> Result<Vec<OpenSession>, StoreError>;

    /// Ends a session of the user, and tells them so where there is something to tell. `false`, and nothing is told,
    /// when the user has no such session or it is over.
    async fn end(
        &self,
        scope: &UserScope,
        session: SessionId,
        notice: Option<Notice>,
        now: Timestamp,
    ) -> Result<bool, StoreError>;
}
