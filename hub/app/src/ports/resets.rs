//! Passwords that were forgotten: a code or link goes out by mail, and whoever gives it back sets a new one.
//!
//! An address that nobody has gets a challenge too, only no mail: what is written, and so the time it takes, is the same.

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use komunala_domain::{EmailAddress, ids::ChallengeId};

use super::{StoreError, outbox::Notice};
use crate::scope::TenantScope;

/// A challenge for whoever an address belongs to.
#[derive(Debug, Clone)]
pub struct NewReset {
    /// Its id; the code and the link are derived from it.
    pub id: ChallengeId,
    /// A keyed hash of the address, by which the challenge is found again.
    pub subject: [u8; 32],
    /// The address.
    pub email: EmailAddress,
    /// When it expires.
    pub expires: Timestamp,
    /// Goes out with it, if the address belongs to a confirmed user.
    pub notice: Notice,
    /// Nothing happens while the newest challenge of the address is younger than this.
    pub not_within: SignedDuration,
    /// Now.
    pub now: Timestamp,
}

/// A new password for whoever answered a challenge.
#[derive(Debug, Clone)]
pub struct NewPasswordHash {
    /// The Argon2id hash, in PHC form.
    pub hash: String,
    /// Tells the user.
    pub notice: Notice,
    /// Now.
    pub now: Timestamp,
}

/// Challenges for new passwords.
#[async_trait]
pub trait Resets: Send + Sync {
    /// Opens a challenge, the earlier ones of the address end; answers whether a mail goes out.
    async fn open_reset(&self, scope: &TenantScope, new: NewReset) -> Result<bool, StoreError>;

    /// Takes one of the tries of the open challenge of an address, before the code is looked at. However many callers come
    /// at once, no more than `max_tries` of them ever get one.
    async fn take_reset_try(
        &self,
        scope: &TenantScope,
        subject: [u8; 32],
        max_tries: u32,
        now: Timestamp,
    ) -> Result<Option<ChallengeId>, StoreError>;

    /// Uses a challenge up, sets the password, ends every session and every other challenge of the user, and tells them.
    /// `false` when it was used, replaced or expired, or belongs to nobody: of many callers exactly one gets `true`.
    async fn complete_reset(
        &self,
        scope: &TenantScope,
        challenge: ChallengeId,
        new: NewPasswordHash,
    ) -> Result<bool, StoreError>;

    /// The given name of whom a challenge's mail goes to; `None` once it is closed.
    async fn given_name_of(&self, scope: &TenantScope, challenge: ChallengeId) -> Result<Option<String>, StoreError>;
}
