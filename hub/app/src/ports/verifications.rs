//! Confirmations of e-mail addresses. The code itself is kept nowhere: it is derived from the confirmation's id.

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use komunala_domain::{EmailAddress, ids::UserId, ids::VerificationId};

use super::{StoreError, outbox::NewMessage};
use crate::scope::TenantScope;

/// A confirmation that is still open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenVerification {
    /// Its id.
    pub id: VerificationId,
    /// Whose address it confirms.
    pub user: UserId,
}

/// A new confirmation for somebody who asked again.
#[derive(Debug, Clone)]
pub struct Reissue {
    /// The address.
    pub email: EmailAddress,
    /// The new confirmation; the older ones of the user end.
    pub verification: VerificationId,
    /// When it expires.
    pub expires: Timestamp,
    /// Goes out with it, in the language and on behalf of the provider of the registration, which the store fills in.
    pub mail: NewMessage,
    /// Nothing happens while the newest confirmation is younger than this.
    pub not_within: SignedDuration,
    /// Now.
    pub now: Timestamp,
}

/// Confirmations of a tenant's users.
#[async_trait]
pub trait Verifications: Send + Sync {
    /// Takes one of the tries of the address's newest confirmation, before the code is looked at.
    ///
    /// `None` when there is none that is open and unexpired, or when its `max_tries` are used up. However many
    /// callers come at once, no more than `max_tries` of them ever get one.
    async fn take_try(
        &self,
        scope: &TenantScope,
        email: &EmailAddress,
        max_tries: u32,
        now: Timestamp,
    ) -> Result<Option<OpenVerification>, StoreError>;

    /// Completes a confirmation: it is used up and its user's address counts as confirmed, and the links of the
    /// registration become active. Whoever else has these accounts linked gets a [`LinkedByAnother`] message in the
    /// same transaction, as with [`Accounts::link`].
    ///
    /// `false` when it was used, replaced or expired meanwhile: of many callers exactly one gets `true`.
    ///
    /// [`LinkedByAnother`]: super::outbox::Content::LinkedByAnother
    /// [`Accounts::link`]: super::Accounts::link
    async fn complete(
        &self,
        scope: &TenantScope,
        verification: VerificationId,
        now: Timestamp,
    ) -> Result<bool, StoreError>;

    /// Makes a new confirmation for an address that is known and not confirmed; answers whether it did.
    async fn reissue(&self, scope: &TenantScope, again: Reissue) -> Result<bool, StoreError>;

    /// Until when a confirmation is valid and the given name of its user, for the mail; `None` once it is closed.
    async fn for_mail(
        &self,
        scope: &TenantScope,
        verification: VerificationId,
    ) -> Result<Option<VerificationForMail>, StoreError>;
}

/// What a confirmation's mail is written from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerificationForMail {
    /// The user's given name.
    pub given_name: String,
    /// When it expires.
    pub expires: Timestamp,
}
