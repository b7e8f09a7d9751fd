//! The audit log: who did what, in chains that cannot be changed unnoticed.
//!
//! A tenant has a chain, and what operators do to the hub as a whole is one too. What a use case writes is put into the
//! chain in the same transaction, so there is nothing done that is not told, and nothing told that was not done.

use async_trait::async_trait;
use jiff::Timestamp;
use komunala_domain::{TenantId, ids::UserId};

use super::StoreError;
use crate::scope::{OperatorScope, SystemScope, TenantScope};

/// Which chain.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Chain {
    /// What operators did to the hub.
    Hub,
    /// What was done in a tenant.
    Tenant(TenantId),
}

impl Chain {
    /// The chain's name in the log; no tenant is called as the hub's is.
    pub fn name(&self) -> &str {
        match self {
            Self::Hub => "*",
            Self::Tenant(tenant) => tenant.as_str(),
        }
    }
}

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// Somebody confirmed the address they registered with.
    Registered,
    /// Somebody signed in.
    SignedIn,
    /// Somebody showed a wrong password for a user's address.
    SignInFailed,
    /// Somebody signed out, or ended a session of theirs elsewhere; or the hub ended one whose token was shown twice.
    SessionEnded,
    /// Somebody failed so often that nothing was tried any more: told once in a while, not at each further attempt.
    AttemptStopped,
    /// Somebody linked an account.
    Linked,
    /// Somebody let an account go.
    Unlinked,
    /// Somebody chose another way to get bills.
    DeliveryChanged,
    /// Somebody agreed to a document, or took that back.
    ConsentGiven,
    /// Somebody changed what they say of themselves.
    ProfileChanged,
    /// Somebody put another password in place of their own; their other sessions ended.
    PasswordChanged,
    /// Somebody who reads a user's mail set a new password; all sessions ended.
    PasswordReset,
    /// Somebody made another address theirs.
    EmailChanged,
    /// Somebody handed in a document or a photo.
    AttachmentHandedIn,
    /// Somebody asked something of a provider's staff.
    RequestMade,
    /// Somebody said more about a request of theirs.
    RequestReplied,
    /// An operator entered a reading for a customer.
    ReadingEntered,
    /// An operator read a request.
    RequestRead,
    /// An operator looked at an attachment.
    AttachmentRead,
    /// An operator took a request in hand.
    RequestTaken,
    /// An operator answered a request.
    RequestAnswered,
    /// An operator closed a request.
    RequestClosed,
    /// Somebody started a payment, signed in or with a pay link.
    PaymentStarted,
    /// A payment provider said, when it was asked, that it has the money of a payment.
    PaymentMade,
    /// A billing system took note of a payment.
    PaymentPosted,
    /// A payment provider gave the money of a payment back.
    PaymentReversed,
    /// Something was said of a payment that is not believed: with a forged signature, of another amount or another shop; or
    /// a billing system refused to take note of it. The target says which.
    PaymentDoubted,
    /// Somebody took everything with them that the hub knows of them.
    Exported,
    /// Somebody was erased; by the hub itself where an older database had brought them back.
    Erased,
    /// An operator applied settings.
    SettingsApplied,
    /// An operator installed a component.
    ComponentInstalled,
    /// An operator read the audit log.
    AuditRead,
    /// Somebody called with the bootstrap token, which is nobody's in particular.
    BootstrapTokenUsed,
    /// An operator made a key for a portal.
    PortalKeyIssued,
    /// An operator withdrew a key of a portal.
    PortalKeyRevoked,
    /// An operator entered a tenant.
    TenantCreated,
    /// An operator changed what is known of a tenant.
    TenantUpdated,
    /// An operator let mail go out again that was held.
    DeliveryReleased,
    /// An operator let mail be sent to an address again.
    SuppressionLifted,
    /// An operator decided what becomes of a message whose fate nobody knew.
    MessageResolved,
    /// An operator started, held, continued or ended a run of bills.
    BillRunSteered,
    /// A user wants to be told of something.
    Subscribed,
    /// A user wants to be told no more of something, or whoever has their phone or reads their mail does.
    Unsubscribed,
    /// An operator announced an outage.
    OutagePublished,
    /// An operator changed what is known of an outage.
    OutageChanged,
    /// An operator called an outage off.
    OutageCancelled,
}

/// Who did it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// A user.
    User(UserId),
    /// Somebody who is not signed in.
    Anybody,
    /// An operator, by name.
    Operator(String),
    /// Nobody: the hub did it by itself.
    Hub,
}

/// Something that was done, to be put into a chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEvent {
    /// Who did it.
    pub actor: Actor,
    /// What.
    pub action: Action,
    /// Whose data it was done with.
    pub subject: Option<UserId>,
    /// With what: an account's id, a provider, a component's digest, the fields that were changed. No personal data.
    pub target: String,
    /// What else is to be known, sealed under the subject's key; dropped where there is no subject.
    pub details: Option<String>,
}

/// A link of a chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Its place in the chain, from 1 on without a gap.
    pub sequence: u64,
    /// When.
    pub at: Timestamp,
    /// Who, as it stands in the log: `user:ID`, `operator:NAME`, `anybody` or `hub`.
    pub actor: String,
    /// What, as it stands in the log.
    pub action: String,
    /// Whose data.
    pub subject: Option<UserId>,
    /// With what.
    pub target: String,
    /// The details, sealed; empty where there are none.
    pub sealed: String,
    /// What else is known; `None` where there is nothing, or whoever it is about was erased.
    pub details: Option<String>,
    /// The link before; zeros at the beginning.
    pub previous: [u8; 32],
    /// This link.
    pub hash: [u8; 32],
}

/// The chains.
#[async_trait]
pub trait Audit: Send + Sync {
    /// Puts an event at the end of a tenant's chain that belongs to no other write.
    async fn note(&self, scope: &TenantScope, event: NewEvent, now: Timestamp) -> Result<(), StoreError>;

    /// Puts an event of an operator at the end of a chain.
    async fn note_operator(
        &self,
        scope: &OperatorScope,
        chain: &Chain,
        event: NewEvent,
        now: Timestamp,
    ) -> Result<(), StoreError>;

    /// All chains.
    async fn chains(&self, scope: &SystemScope) -> Result<Vec<Chain>, StoreError>;

    /// The events of a chain behind `after`, oldest first; of one person alone where `subject` says so.
    async fn events(
        &self,
        scope: &SystemScope,
        chain: &Chain,
        subject: Option<UserId>,
        after: u64,
        limit: u32,
    ) -> Result<Vec<Event>, StoreError>;
}
