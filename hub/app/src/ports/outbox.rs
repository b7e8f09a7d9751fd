//! Messages on their way out, on every channel: one row each, enqueued in the transaction that caused it.
//!
//! `pending → claimed → data_started → accepted | deferred | failed | unknown`. Every step names the attempt it belongs
//! to; a step of an attempt that is no longer the current one changes nothing and answers `false`.

mod room;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use komunala_domain::{
    Channel, Contact, Language, PointNumber, PortalId, ProviderId, TenantId,
    ids::{ChallengeId, InvoiceId, LinkId, MessageId, OutageId, ReadingId, SubscriberId, VerificationId},
    outage::OutageNews,
    preferences::NewsTopic,
};
use serde::{Deserialize, Serialize};

pub use self::room::{Room, Whose};
use super::{StoreError, inbox::TextReply};
use crate::scope::SystemScope;

/// A message to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMessage {
    /// Its id.
    pub id: MessageId,
    /// Whose customers it is for.
    pub provider: ProviderId,
    /// What it is about: with purpose, recipient and channel it is unique within the tenant. Where it begins with an id,
    /// that is what a portal shows beside the notification.
    pub subject: String,
    /// The addressee, and with it the channel.
    pub recipient: Contact,
    /// The language to write in.
    pub language: Language,
    /// What it says.
    pub content: Content,
    /// When it is pointless.
    pub expires: Option<Timestamp>,
}

/// A mail to a user: the store fills in the address, the language, and the provider of the account that the user
/// linked last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Its id.
    pub id: MessageId,
    /// On whose behalf it is where the user has no account linked.
    pub provider: ProviderId,
    /// What it is about, as in [`NewMessage::subject`].
    pub subject: String,
    /// What it says.
    pub content: Content,
    /// When it is pointless.
    pub expires: Option<Timestamp>,
}

/// What a message says; kept as JSON. No code and no token stands in it: they are derived when it is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "purpose", rename_all = "snake_case")]
pub enum Content {
    /// The code that confirms an address.
    ConfirmEmail {
        /// The confirmation.
        verification: VerificationId,
        /// The portal whose page a link leads to.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        portal: Option<PortalId>,
    },
    /// Somebody registered with an address that is taken.
    EmailTaken {},
    /// Somebody else linked the same account.
    LinkedByAnother {},
    /// The account has another holder or PIN, or was closed: the link rests until it is proved again.
    LinkSuspended {},
    /// Everybody registers anew: the link rests until it is proved again.
    CutOver {},
    /// The user's session on some device was ended from another one.
    SessionRevoked {},
    /// The code for a new password.
    ResetPassword {
        /// The challenge.
        challenge: ChallengeId,
        /// The portal whose page a link leads to.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        portal: Option<PortalId>,
    },
    /// The user's password is another one now.
    PasswordChanged {},
    /// The code that confirms another address of a user.
    ConfirmNewEmail {
        /// The challenge.
        challenge: ChallengeId,
        /// The portal whose page a link leads to.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        portal: Option<PortalId>,
    },
    /// Another address is to become the user's.
    EmailChangeAsked {},
    /// Another address is the user's now.
    EmailChanged {},
    /// Somebody wanted the user's address for another account.
    AddressWanted {},
    /// The user linked another customer account.
    AccountLinked {},
    /// Staff answered what the user asked.
    RequestAnswered {},
    /// The billing system has a reading that the user handed in.
    ReadingTaken {
        /// The reading.
        reading: ReadingId,
    },
    /// The billing system refused a reading after the user had gone.
    ReadingRefused {
        /// The reading.
        reading: ReadingId,
    },
    /// Nothing is left of the addressee here.
    ProfileErased {},
    /// Bills of an account come by post again, since the addressee wanted no more of them by mail.
    BackToPaper {},
    /// What a subscriber is told of an outage.
    OutageNotice {
        /// The outage.
        outage: OutageId,
        /// The revision; of a later one another message tells.
        revision: u32,
        /// What is told.
        news: OutageNews,
        /// The reader's supply points that it is about.
        points: Vec<PointNumber>,
        /// Where it goes.
        subscriber: SubscriberId,
    },
    /// A bill of a run.
    Bill {
        /// The bill.
        invoice: InvoiceId,
        /// The link between its account and whoever it goes to.
        link: LinkId,
    },
    /// An answer to a text from a phone.
    TextReply {
        /// What it says.
        reply: TextReply,
    },
    /// The code that signs an address up for what happens at supply points.
    ConfirmSubscription {
        /// The challenge.
        challenge: ChallengeId,
        /// The numbers of the supply points, as somebody typed them.
        points: Vec<PointNumber>,
    },
}

/// What to do with a message whose fate is unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnknownPolicy {
    /// Send it again at once, while it is of use.
    SendAgain,
    /// Hold it for a while, in which an operator may decide; then send it again.
    SendAgainLater,
}

/// Which messages go first. What is sent to many at once gives way to what somebody waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Priority {
    /// Somebody sits and waits for it: a code.
    Urgent,
    /// News for one person.
    Normal,
    /// The same to very many: a change of portal, a run of bills.
    Bulk,
}

impl Content {
    /// The purpose, as it stands in the row and in metrics.
    pub fn purpose(&self) -> &'static str {
        match self {
            Self::ConfirmEmail { .. } => "confirm_email",
            Self::EmailTaken {} => "email_taken",
            Self::LinkedByAnother {} => "linked_by_another",
            Self::LinkSuspended {} => "link_suspended",
            Self::CutOver {} => "cut_over",
            Self::SessionRevoked {} => "session_revoked",
            Self::ResetPassword { .. } => "reset_password",
            Self::PasswordChanged {} => "password_changed",
            Self::ConfirmNewEmail { .. } => "confirm_new_email",
            Self::EmailChangeAsked {} => "email_change_asked",
            Self::EmailChanged {} => "email_changed",
            Self::AddressWanted {} => "address_wanted",
            Self::AccountLinked {} => "account_linked",
            Self::RequestAnswered {} => "request_answered",
            Self::ReadingTaken { .. } => "reading_taken",
            Self::ReadingRefused { .. } => "reading_refused",
            Self::ProfileErased {} => "profile_erased",
            Self::BackToPaper {} => "back_to_paper",
            Self::OutageNotice { .. } => "outage_notice",
            Self::Bill { .. } => "bill",
            Self::TextReply { .. } => "text_reply",
            Self::ConfirmSubscription { .. } => "confirm_subscription",
        }
    }

    /// Which messages it passes, and which pass it.
    pub fn priority(&self) -> Priority {
        match self {
            Self::ConfirmEmail { .. }
            | Self::ResetPassword { .. }
            | Self::ConfirmNewEmail { .. }
            | Self::ConfirmSubscription { .. } => Priority::Urgent,
            Self::CutOver {} | Self::Bill { .. } => Priority::Bulk,
            Self::EmailTaken {}
            | Self::LinkedByAnother {}
            | Self::LinkSuspended {}
            | Self::SessionRevoked {}
            | Self::PasswordChanged {}
            | Self::EmailChangeAsked {}
            | Self::EmailChanged {}
            | Self::AddressWanted {}
            | Self::AccountLinked {}
            | Self::RequestAnswered {}
            | Self::ReadingTaken { .. }
            | Self::ReadingRefused { .. }
            | Self::ProfileErased {}
            | Self::BackToPaper {}
            | Self::OutageNotice { .. }
            | Self::TextReply { .. } => Priority::Normal,
        }
    }

    /// What its reader may have wanted to be told otherwise, or not at all; none for what everybody is told in any case: who
    /// is in danger of losing an account must not have chosen silence.
    pub fn topic(&self) -> Option<NewsTopic> {
        match self {
            Self::ReadingTaken { .. } | Self::ReadingRefused { .. } => Some(NewsTopic::Readings),
            Self::RequestAnswered {} => Some(NewsTopic::Requests),
            _ => None,
        }
    }

    /// Whether it is news that its reader finds in the portal too. What somebody waits for, a code, is none; nor is a
    /// farewell.
    pub fn is_news(&self) -> bool {
        self.priority() != Priority::Urgent && !matches!(self, Self::ProfileErased {})
    }

    /// What to do when nobody knows whether it arrived. A second code does no harm, a lost one locks somebody out, and
    /// a warning is better read twice than never; but of what goes to very many, an operator may know better.
    pub fn on_unknown(&self) -> UnknownPolicy {
        match self.priority() {
            Priority::Urgent | Priority::Normal => UnknownPolicy::SendAgain,
            Priority::Bulk => UnknownPolicy::SendAgainLater,
        }
    }
}

/// A message that a worker has claimed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claimed {
    /// The tenant.
    pub tenant: TenantId,
    /// The message.
    pub message: NewMessage,
    /// The attempt that every further step names; 1 for the first.
    pub attempt: u32,
    /// How many attempts there were that tried anything, with this one: one that was put off is none.
    pub tries: u32,
    /// When it was enqueued.
    pub created: Timestamp,
}

/// Where a message stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MessageState {
    /// It waits for a worker, perhaps for a later time.
    Pending,
    /// A worker is at it; no body has left.
    Claimed,
    /// Its body may have left.
    DataStarted,
    /// The relay took it.
    Accepted,
    /// It was given up.
    Failed,
    /// The session was cut between the final dot and its answer.
    Unknown,
}

/// A message, and the attempt at it that a step belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attempt {
    /// The message.
    pub id: MessageId,
    /// The attempt.
    pub attempt: u32,
}

impl Claimed {
    /// The attempt at hand.
    pub fn attempt(&self) -> Attempt {
        Attempt { id: self.message.id, attempt: self.attempt }
    }
}

/// The relay took a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acceptance {
    /// Which attempt it was.
    pub attempt: Attempt,
    /// The relay's name for it; empty where it gave none.
    pub queue_id: String,
    /// When.
    pub at: Timestamp,
}

/// A step that every message takes that arrives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Its body is about to leave.
    DataStarted(Attempt),
    /// The relay took it.
    Accepted(Acceptance),
}

/// What becomes of a message that nobody knows the fate of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It is due again then.
    SendAgain(Timestamp),
    /// It stays unknown, and is due again then unless an operator decides before.
    HoldUntil(Timestamp),
    /// It stays unknown until an operator decides.
    Hold,
}

/// The queue of outgoing messages.
#[async_trait]
pub trait Outbox: Send + Sync {
    /// Claims messages that are due, for `lease`; other workers do not see them meanwhile. Those of higher
    /// [priority](Content::priority) come first; of one priority every provider gets the same share, whoever has more
    /// waiting, and of one provider the oldest come first. What goes to an address that mail is
    /// [not sent to](super::bounces) is given up instead, unless it is urgent.
    async fn claim(
        &self,
        scope: &SystemScope,
        room: Room<'_>,
        lease: SignedDuration,
        now: Timestamp,
    ) -> Result<Vec<Claimed>, StoreError>;

    /// Holds on to a message that is still being worked at: its lease lasts for `lease` from now.
    async fn renew(
        &self,
        scope: &SystemScope,
        id: MessageId,
        attempt: u32,
        lease: SignedDuration,
        now: Timestamp,
    ) -> Result<bool, StoreError>;

    /// Makes steps of many messages durable at once. Answers in their order whether each was taken: one of an attempt that
    /// is over is not. That the relay took a message counts though it was held for unknown meanwhile, as long as nobody has
    /// tried it again: whoever was late knows what became of it.
    async fn step(&self, scope: &SystemScope, steps: &[Step]) -> Result<Vec<bool>, StoreError>;

    /// Not now: it is due again at `retry_at`. `reason` holds no personal data.
    async fn deferred(
        &self,
        scope: &SystemScope,
        id: MessageId,
        attempt: u32,
        retry_at: Timestamp,
        reason: &str,
    ) -> Result<bool, StoreError>;

    /// Nothing was tried: its turn has not come, and it is due again at `until`.
    async fn put_off(&self, scope: &SystemScope, attempt: Attempt, until: Timestamp) -> Result<bool, StoreError>;

    /// Never: it is given up. `reason` holds no personal data.
    async fn failed(&self, scope: &SystemScope, id: MessageId, attempt: u32, reason: &str) -> Result<bool, StoreError>;

    /// The session was cut between the final dot and its answer.
    async fn unknown(&self, scope: &SystemScope, id: MessageId, attempt: u32, fate: Fate) -> Result<bool, StoreError>;

    /// Takes back what dead workers of a channel held: leases that ran out before the body left become due, the others are
    /// answered so that the caller can say [`Outbox::unknown`] of them. What was held as unknown long enough is due too.
    async fn recover(&self, scope: &SystemScope, channel: Channel, now: Timestamp) -> Result<Vec<Claimed>, StoreError>;

    /// How many messages stand in each state.
    async fn count(&self, scope: &SystemScope) -> Result<Vec<(MessageState, u64)>, StoreError>;
}
