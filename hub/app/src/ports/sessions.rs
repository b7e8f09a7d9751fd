//! Sessions: families of refresh tokens. A token that is shown twice ends its family.

use async_trait::async_trait;
use jiff::Timestamp;
use komunala_domain::ids::{SessionId, UserId};

use super::StoreError;
use crate::scope::TenantScope;

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
    /// Now.
    pub now: Timestamp,
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

    /// Ends a session of a user; one that is over stays so.
    async fn end(
        &self,
        scope: &TenantScope,
        user: UserId,
        session: SessionId,
        now: Timestamp,
    ) -> Result<(), StoreError>;
}
