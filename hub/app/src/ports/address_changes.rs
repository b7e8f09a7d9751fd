//! Another address in place of a user's: a code goes to the new one, a notice to the present one.
//!
//! An address that somebody has already gets a challenge too, which is good for nothing: whoever asks cannot tell.

use async_trait::async_trait;
use jiff::Timestamp;
use komunala_domain::{EmailAddress, ids::ChallengeId};

use super::{StoreError, outbox::Notice};
use crate::scope::UserScope;

/// An address that is to become a user's.
#[derive(Debug, Clone)]
pub struct NewAddressChange {
    /// The challenge's id; the code and the link are derived from it.
    pub id: ChallengeId,
    /// A keyed hash of the user, by which the challenge is found again.
    pub subject: [u8; 32],
    /// The address.
    pub address: EmailAddress,
    /// When the challenge expires.
    pub expires: Timestamp,
    /// Goes to the new address, unless a confirmed user has it.
    pub confirm: Notice,
    /// Goes to whoever has it otherwise.
    pub wanted: Notice,
    /// Goes to the user's present address.
    pub asked: Notice,
    /// Now.
    pub now: Timestamp,
}

/// Challenges for new addresses.
#[async_trait]
pub trait AddressChanges: Send + Sync {
    /// Opens a challenge, the earlier one of the user ends.
    async fn open_address_change(&self, scope: &UserScope, new: NewAddressChange) -> Result<(), StoreError>;

    /// Takes one of the tries of the user's open challenge, before the code is looked at.
    async fn take_address_try(
        &self,
        scope: &UserScope,
        subject: [u8; 32],
        max_tries: u32,
        now: Timestamp,
    ) -> Result<Option<ChallengeId>, StoreError>;

    /// Uses the signed-in user's challenge up and makes its address theirs; `notice` goes to the earlier one. Whoever
    /// registered with the address and never confirmed it loses it. Every other challenge of the user ends.
    ///
    /// `false` when the challenge was used, replaced or expired, is somebody else's or nobody's, or when somebody
    /// confirmed the address meanwhile.
    async fn complete_address_change(
        &self,
        scope: &UserScope,
        challenge: ChallengeId,
        notice: Notice,
        now: Timestamp,
    ) -> Result<bool, StoreError>;
}
