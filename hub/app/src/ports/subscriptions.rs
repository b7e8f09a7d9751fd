//! Who wants to be told of what happens at supply points: users, and people without a portal account, whose address or
//! phone is sealed under a key of its own.
//!
//! Nobody's address is kept before somebody showed that it is theirs. What is wanted of an address until then stands in a
//! challenge, under a keyed hash.

use async_trait::async_trait;
use jiff::Timestamp;
use komunala_domain::{
    Contact, Interest, Language, ProviderId, Subscription,
    ids::{ChallengeId, SubscriberId, SubscriptionId, UserId},
    subscription::SignUpWay,
};

use super::{StoreError, outbox::NewMessage};
use crate::scope::{TenantScope, UserScope};

/// A subscription of a signed-in user.
#[derive(Debug, Clone)]
pub struct NewSubscription {
    /// Of what.
    pub interest: Interest,
    /// Where the user wants to be told, one address for each channel.
    pub contacts: Vec<Contact>,
    /// Now.
    pub now: Timestamp,
}

/// A challenge for whoever reads what is sent to an address.
#[derive(Debug, Clone)]
pub struct NewSignUp {
    /// Its id; the code is derived from it.
    pub id: ChallengeId,
    /// A keyed hash of the address, by which the challenge is found again.
    pub subject: [u8; 32],
    /// What is wanted.
    pub interest: Interest,
    /// The most that one challenge is for; the oldest are dropped.
    pub most: u32,
    /// When it expires.
    pub expires: Timestamp,
    /// Goes out with it. What it is for is filled in: all that was wanted of the address and is not confirmed yet.
    pub code: NewMessage,
    /// Now.
    pub now: Timestamp,
}

/// Somebody who showed that an address is theirs.
#[derive(Debug, Clone)]
pub struct SignUp {
    /// The address.
    pub contact: Contact,
    /// How they showed it.
    pub way: SignUpWay,
    /// The language to write in.
    pub language: Language,
    /// The most that one address can be signed up for.
    pub most: u32,
    /// Now.
    pub now: Timestamp,
}

/// What became of a sign-up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignedUp {
    /// They are told from now on, if they were not before: each of what they wanted, in its order.
    Subscribed(Vec<Subscription>),
    /// The address would be signed up for more than it can be; nothing was changed.
    TooMany,
    /// The challenge was answered, replaced or expired meanwhile.
    Over,
}

/// Whose subscriptions end, and which.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// That of a user, at a provider, with all its addresses.
    OfUser(UserId, ProviderId, SubscriptionId),
    /// Whatever goes to an address for a supply point, whoever signed it up.
    At(Contact, Interest),
    /// Whatever goes to an address from a provider.
    OfProvider(SubscriberId, ProviderId),
}

/// The subscriptions of a tenant.
#[async_trait]
pub trait Subscriptions: Send + Sync {
    /// Subscribes a signed-in user; an address that is subscribed already stays so.
    async fn subscribe(&self, scope: &UserScope, new: NewSubscription) -> Result<Subscription, StoreError>;

    /// A page of the signed-in user's subscriptions, the oldest first.
    async fn subscriptions(
        &self,
        scope: &UserScope,
        after: Option<SubscriptionId>,
        limit: u32,
    ) -> Result<Vec<Subscription>, StoreError>;

    /// Opens a challenge; an earlier one of the address ends, and what that was for is added to this one.
    async fn open_sign_up(&self, scope: &TenantScope, new: NewSignUp) -> Result<(), StoreError>;

    /// Takes one of the tries of the open challenge of an address, before the code is looked at.
    async fn take_sign_up_try(
        &self,
        scope: &TenantScope,
        subject: [u8; 32],
        max_tries: u32,
        now: Timestamp,
    ) -> Result<Option<ChallengeId>, StoreError>;

    /// Whether a challenge is open still: its message is pointless otherwise.
    async fn is_sign_up_open(&self, scope: &TenantScope, challenge: ChallengeId) -> Result<bool, StoreError>;

    /// Uses a challenge up, and subscribes its address to all that was wanted. Of many callers exactly one gets
    /// [`SignedUp::Subscribed`].
    async fn complete_sign_up(
        &self,
        scope: &TenantScope,
        challenge: ChallengeId,
        who: SignUp,
    ) -> Result<SignedUp, StoreError>;

    /// Subscribes an address that somebody showed to be theirs.
    async fn sign_up(&self, scope: &TenantScope, who: SignUp, interest: Interest) -> Result<SignedUp, StoreError>;

    /// Ends subscriptions; answers how many there were. Of somebody without a portal account nothing is left with the last,
    /// and their key is erased.
    async fn end_subscriptions(&self, scope: &TenantScope, which: Ending, now: Timestamp) -> Result<u64, StoreError>;
}
