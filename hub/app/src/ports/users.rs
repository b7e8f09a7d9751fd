//! Portal users: people with an e-mail address and a password.

use async_trait::async_trait;
use jiff::Timestamp;
use komunala_domain::{
    BillDelivery, CustomerAccount, EmailAddress, ExternalId, Language, PhoneNumber, ProviderId, ids::UserId,
    ids::VerificationId,
};

use super::{
    StoreError, WriteKey, Written,
    consents::NewConsent,
    outbox::{NewMessage, Notice},
};
use crate::scope::{PortalScope, TenantScope, UserScope};

/// A user as the store keeps it.
#[derive(Debug, Clone)]
pub struct User {
    /// The user's id.
    pub id: UserId,
    /// Unique within the tenant.
    pub email: EmailAddress,
    /// The given name.
    pub given_name: String,
    /// The family name.
    pub family_name: String,
    /// The phone number, where the user gave one.
    pub phone: Option<PhoneNumber>,
    /// The language to write in.
    pub language: Language,
    /// The Argon2id hash of the password, in PHC form.
    pub password_hash: String,
    /// When the e-mail address was confirmed.
    pub verified_at: Option<Timestamp>,
    /// When the user registered.
    pub created_at: Timestamp,
}

/// What a billing system said of an account just after it was proved.
#[derive(Debug, Clone)]
pub struct ProvenCopy {
    /// The account.
    pub account: CustomerAccount,
    /// When that was so.
    pub as_of: Timestamp,
}

/// A proven tie to a customer account, to be made.
#[derive(Debug, Clone)]
pub struct NewLink {
    /// The provider.
    pub provider: ProviderId,
    /// The account, by the billing system's key.
    pub account: ExternalId,
    /// How the bill is wanted.
    pub delivery: BillDelivery,
    /// What was agreed to.
    pub consents: Vec<NewConsent>,
    /// Tells the user that there is a link; left out where it is the registration's.
    pub notice: Option<Notice>,
    /// The account as it was when it was proved; `None` where the billing system did not say in time. Whoever proves
    /// an account that has another holder by now brings that news along: the new link is not the one it concerns.
    pub copy: Option<ProvenCopy>,
}

/// Somebody who proved a customer account and wants to become a user.
#[derive(Debug, Clone)]
pub struct NewRegistration {
    /// The id the user gets, if the address is free: one that nobody was ever given.
    pub user: UserId,
    /// The address to be confirmed.
    pub email: EmailAddress,
    /// The given name.
    pub given_name: String,
    /// The family name.
    pub family_name: String,
    /// The language to write in.
    pub language: Language,
    /// The Argon2id hash of the password, in PHC form.
    pub password_hash: String,
    /// The account that was proved; the link counts from the confirmation on.
    pub link: NewLink,
    /// The confirmation to be made, and until when it is valid.
    pub verification: VerificationId,
    /// When the confirmation expires.
    pub verification_expires: Timestamp,
    /// Goes out if the address is free or was never confirmed.
    pub confirm_mail: NewMessage,
    /// Goes out if the address belongs to a confirmed user already.
    pub taken_mail: NewMessage,
    /// The write's name.
    pub key: WriteKey,
    /// Now.
    pub now: Timestamp,
}

/// A password in place of another one.
#[derive(Debug, Clone)]
pub struct PasswordChange {
    /// The hash of the password that was shown; nothing happens when it is another one by now.
    pub shown: String,
    /// The Argon2id hash of the new one, in PHC form.
    pub hash: String,
    /// Tells the user.
    pub notice: Notice,
    /// Now.
    pub now: Timestamp,
}

/// What of a profile is to be another; what is left out stays.
#[derive(Debug, Clone, Default)]
pub struct ProfileChange {
    /// The given name.
    pub given_name: Option<String>,
    /// The family name.
    pub family_name: Option<String>,
    /// The phone number; `Some(None)` takes it away.
    pub phone: Option<Option<PhoneNumber>>,
    /// The language to write in.
    pub language: Option<Language>,
}

/// Users of a tenant.
#[async_trait]
pub trait Users: Send + Sync {
    /// Registers, in one transaction: user, link, consents, confirmation, mail, request id.
    ///
    /// An address whose owner never confirmed it is taken over by the newest registration: the older links,
    /// password and confirmations of that user go. An address that is confirmed keeps everything as it is and only
    /// `taken_mail` goes out. The caller cannot tell which of them happened.
    async fn register(&self, scope: &PortalScope, new: NewRegistration) -> Result<Written<()>, StoreError>;

    /// The user with this address.
    async fn by_email(&self, scope: &TenantScope, email: &EmailAddress) -> Result<Option<User>, StoreError>;

    /// Erases the signed-in user: sessions, confirmations and links end, what billing systems are told follows, the hub's
    /// copies of accounts go that nobody else has linked, and the key of the user is erased. `farewell` goes out although
    /// it is. Somebody who was erased already stays so.
    async fn erase(&self, scope: &UserScope, farewell: NewMessage, now: Timestamp) -> Result<(), StoreError>;

    /// The signed-in user.
    async fn me(&self, scope: &UserScope) -> Result<Option<User>, StoreError>;

    /// Changes what the signed-in user says of themselves, and answers the whole.
    async fn update_profile(
        &self,
        scope: &UserScope,
        change: ProfileChange,
        now: Timestamp,
    ) -> Result<Option<User>, StoreError>;

    /// Changes the signed-in user's password, ends their other sessions and open challenges, and tells them; `false` when
    /// the password was changed meanwhile.
    async fn change_password(&self, scope: &UserScope, change: PasswordChange) -> Result<bool, StoreError>;
}
