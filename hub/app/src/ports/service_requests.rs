//! What customers ask of a provider's staff: a thread each, sealed under its customer's key.

use async_trait::async_trait;
use jiff::Timestamp;
use komunala_domain::{
    ExternalId, ProviderId, TenantId,
    form::FilledField,
    ids::{AccountId, AttachmentId, EntryId, ServiceRequestId},
    request::{Author, BillingProgress, CustomerRequest, RequestKind, RequestState},
};

use super::{StoreError, WriteKey, accounts::AccountFilter, attachments::Attachment, outbox::Notice};
use crate::scope::{DeskScope, SystemScope, TenantScope, UserScope};

/// A request, without what was said about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceRequest {
    /// Its id.
    pub id: ServiceRequestId,
    /// Whose staff it is for.
    pub provider: ProviderId,
    /// The account that it is about.
    pub account: AccountId,
    /// What it is.
    pub kind: RequestKind,
    /// How far it has come.
    pub state: RequestState,
    /// What the billing system knows of it.
    pub billing: BillingProgress,
    /// When it was made.
    pub created_at: Timestamp,
    /// When anything was said about it last, or its state changed.
    pub updated_at: Timestamp,
    /// The operator who has it in hand.
    pub assignee: Option<String>,
}

/// One thing that was said about a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its id.
    pub id: EntryId,
    /// Who said it.
    pub author: Author,
    /// The text; empty where a form says all.
    pub text: String,
    /// What was filled in.
    pub fields: Vec<FilledField>,
    /// What came along.
    pub attachments: Vec<Attachment>,
    /// When.
    pub at: Timestamp,
}

/// A request and what was said about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thread {
    /// The request.
    pub request: ServiceRequest,
    /// Its heading.
    pub subject: String,
    /// What the billing system calls it.
    pub billing_id: Option<ExternalId>,
    /// What was said, oldest first; empty in lists.
    pub entries: Vec<Entry>,
}

/// A request to be made.
#[derive(Debug, Clone)]
pub struct NewRequest {
    /// Its id, which is its key towards the billing system as well.
    pub id: ServiceRequestId,
    /// Whose staff it is for.
    pub provider: ProviderId,
    /// The account that it is about.
    pub account: AccountId,
    /// What the billing system is told; its heading is the request's.
    pub letter: CustomerRequest,
    /// Whether the billing system is to be told.
    pub billing: BillingProgress,
    /// What was said first.
    pub first: NewEntry,
    /// The write's name.
    pub key: WriteKey,
    /// When.
    pub now: Timestamp,
}

/// Something that a customer says.
#[derive(Debug, Clone)]
pub struct NewEntry {
    /// Its id.
    pub id: EntryId,
    /// The text.
    pub text: String,
    /// What was filled in.
    pub fields: Vec<FilledField>,
    /// What comes along: attachments of the customer's that belong to no request yet.
    pub attachments: Vec<AttachmentId>,
}

/// How something that a customer says was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// It stands.
    Now,
    /// It was said before; this is what was answered then.
    Before(String),
    /// The customer has no such account or request.
    Nowhere,
    /// The request is over.
    Over,
    /// The customer has no such attachment, or it belongs to another request.
    NoAttachment(AttachmentId),
}

/// A request that a billing system is yet to be told of.
#[derive(Debug, Clone)]
pub struct Unsent {
    /// The tenant.
    pub tenant: TenantId,
    /// The provider.
    pub provider: ProviderId,
    /// The account's key in the billing system.
    pub account: ExternalId,
    /// The request.
    pub id: ServiceRequestId,
    /// What to tell.
    pub letter: CustomerRequest,
    /// How often it was tried before.
    pub tries: u32,
}

/// What came of telling a billing system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BillingAnswer {
    /// It has it under this key.
    Taken(ExternalId),
    /// It refused it, for this reason in its own words.
    Refused(String),
    /// It is not known, or it could not be asked: again at this time.
    Later(Timestamp),
}

/// Which requests a desk looks at.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DeskFilter {
    /// Those in this state; all that are not closed where nobody says.
    pub state: Option<RequestState>,
    /// Those that this operator has in hand.
    pub assignee: Option<String>,
}

/// Something that staff do with a request.
#[derive(Debug, Clone)]
pub enum DeskStep {
    /// Somebody takes it in hand.
    Take,
    /// Somebody answers it; the customer is told so by mail, and not what.
    Answer {
        /// The answer's id.
        entry: EntryId,
        /// The answer.
        text: String,
        /// Whether nothing more is to be said.
        close: bool,
        /// The mail.
        notice: Box<Notice>,
        /// The write's name.
        key: WriteKey,
    },
    /// It is over without another answer.
    Close,
}

/// How a step of the desk went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stepped {
    /// It is done, or was done before under the same name.
    Done,
    /// The provider has no such request.
    Nowhere,
    /// The request is over.
    Over,
}

/// What customers ask of a provider's staff.
#[async_trait]
pub trait ServiceRequests: Send + Sync {
    /// Makes a request. Its attachments are bound to it.
    async fn make_request(&self, scope: &UserScope, new: &NewRequest) -> Result<Said, StoreError>;

    /// The signed-in user's requests, the youngest first, behind `after`; without their entries.
    async fn requests(
        &self,
        scope: &UserScope,
        filter: &AccountFilter,
        after: Option<ServiceRequestId>,
        limit: u32,
    ) -> Result<Vec<Thread>, StoreError>;

    /// A request of the signed-in user with all that was said about it.
    async fn request(&self, scope: &UserScope, id: ServiceRequestId) -> Result<Option<Thread>, StoreError>;

    /// Says something more.
    async fn reply(
        &self,
        scope: &UserScope,
        id: ServiceRequestId,
        entry: &NewEntry,
        key: &WriteKey,
        now: Timestamp,
    ) -> Result<Said, StoreError>;

    /// Requests whose turn it is to be told to their billing systems; nobody else gets them for a while.
    async fn unsent(&self, scope: &SystemScope, limit: u32, now: Timestamp) -> Result<Vec<Unsent>, StoreError>;

    /// Keeps what came of telling a billing system. What it has already stays told.
    async fn told_billing(
        &self,
        scope: &TenantScope,
        id: ServiceRequestId,
        answer: &BillingAnswer,
        now: Timestamp,
    ) -> Result<(), StoreError>;

    /// A provider's requests, the oldest first, behind `after`. Nothing of what they say is opened.
    async fn desk_requests(
        &self,
        scope: &DeskScope,
        provider: &ProviderId,
        filter: &DeskFilter,
        after: Option<ServiceRequestId>,
        limit: u32,
    ) -> Result<Vec<ServiceRequest>, StoreError>;

    /// A request with all that was said about it. That it was looked at stands in the audit log.
    async fn desk_request(
        &self,
        scope: &DeskScope,
        provider: &ProviderId,
        id: ServiceRequestId,
        now: Timestamp,
    ) -> Result<Option<Thread>, StoreError>;

    /// Does something with a request.
    async fn desk_step(
        &self,
        scope: &DeskScope,
        provider: &ProviderId,
        id: ServiceRequestId,
        step: &DeskStep,
        now: Timestamp,
    ) -> Result<Stepped, StoreError>;
}
