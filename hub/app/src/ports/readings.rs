//! Readings: those the billing system knows and those on their way to it.

use async_trait::async_trait;
use jiff::{Timestamp, civil::Date};
use komunala_domain::{
    ExternalId, ProviderId, Reading, TenantId,
    ids::{AccountId, AttachmentId, MeterId, ReadingId, SupplyPointId},
    reading::ReadingState,
};

use super::{StoreError, WriteKey, attachments::Attachment};
use crate::scope::{DeskScope, SystemScope, TenantScope, UserScope};

/// A reading of the copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadingCopy {
    /// The hub's id.
    pub id: ReadingId,
    /// The account.
    pub account: AccountId,
    /// The supply point.
    pub point: SupplyPointId,
    /// The meter.
    pub meter: MeterId,
    /// The reading.
    pub reading: Reading,
    /// How far it has come; what the billing system told is [`ReadingState::Posted`].
    pub state: ReadingState,
    /// Why it was refused, in the provider's words.
    pub reason: Option<String>,
    /// When the hub learned of it.
    pub as_of: Timestamp,
    /// The photos that show it: to a user those of their own, to the desk all.
    pub photos: Vec<Attachment>,
}

/// Which readings a user looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadingsOf {
    /// Those of a meter.
    Meter(MeterId),
    /// Those of all meters that a supply point has had.
    Point(SupplyPointId),
}

/// A reading that somebody hands in.
#[derive(Debug, Clone)]
pub struct NewReading {
    /// The id it gets. It is the idempotency key towards the billing system as well.
    pub id: ReadingId,
    /// The account.
    pub account: AccountId,
    /// The supply point.
    pub point: SupplyPointId,
    /// The meter.
    pub meter: MeterId,
    /// The reading.
    pub reading: Reading,
    /// The photos that show it: pictures of whoever hands it in, that belong to nothing yet.
    pub photos: Vec<AttachmentId>,
    /// Whether whoever hands it in is told by mail what became of it.
    pub confirm: bool,
    /// The write's name.
    pub key: WriteKey,
    /// Now.
    pub now: Timestamp,
}

/// How a reading was taken in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TakenIn {
    /// It is [`ReadingState::Received`] now.
    Now,
    /// It was taken in before; this is its id as it was answered then.
    Before(String),
    /// There is no such photo, or it belongs to something else already.
    NoPhoto(AttachmentId),
    /// What should be a photo is a document.
    NoPicture(AttachmentId),
}

/// How far a submitted reading has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settlement {
    /// Its state.
    pub state: ReadingState,
    /// Why it was refused, in the provider's words.
    pub reason: Option<String>,
    /// When the billing system is asked about it again, if that is to be.
    pub ask_again: Option<Timestamp>,
    /// Now.
    pub now: Timestamp,
}

/// A meter in place, as staff find it by what stands on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundMeter {
    /// The account.
    pub account: AccountId,
    /// The copy of it.
    pub copy: super::accounts::AccountCopy,
    /// The account, by the billing system's key.
    pub external_account: ExternalId,
}

/// Where a page of readings begins: behind this reading, newest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadingCursor {
    /// The day of the last reading of the page before.
    pub date: Date,
    /// Its id.
    pub id: ReadingId,
}

/// A submitted reading whose fate the billing system has yet to tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsettled {
    /// The tenant.
    pub tenant: TenantId,
    /// The provider.
    pub provider: ProviderId,
    /// The account, by the billing system's key.
    pub account: ExternalId,
    /// The account.
    pub account_id: AccountId,
    /// The id, which is the idempotency key.
    pub id: ReadingId,
    /// The reading.
    pub reading: Reading,
    /// Its state: received, unknown or accepted.
    pub state: ReadingState,
    /// How often the billing system was asked.
    pub tries: u32,
}

/// Readings of a tenant.
#[async_trait]
pub trait Readings: Send + Sync {
    /// A page of readings, newest first: by day and id, both descending. A submitted reading and what the billing system
    /// says of the same meter, day and source are one.
    async fn list(
        &self,
        scope: &UserScope,
        of: ReadingsOf,
        after: Option<ReadingCursor>,
        limit: u32,
    ) -> Result<Vec<ReadingCopy>, StoreError>;

    /// The newest readings of a supply point of an account that the user has linked, at all meters it has had, newest
    /// first.
    async fn of_point(
        &self,
        scope: &UserScope,
        point: SupplyPointId,
        limit: u32,
    ) -> Result<Vec<ReadingCopy>, StoreError>;

    /// The reading with this id, of an account that the user has linked.
    async fn get(&self, scope: &UserScope, id: ReadingId) -> Result<Option<ReadingCopy>, StoreError>;

    /// The newest readings of a supply point, newest first, for rules that compare with them: whoever asks has shown that
    /// the supply point is within reach.
    async fn history(&self, scope: &TenantScope, point: SupplyPointId, limit: u32) -> Result<Vec<Reading>, StoreError>;

    /// Takes in a user's reading as [`ReadingState::Received`], with its request id and its photos. Another one that was
    /// handed in for the same meter and day is replaced, and its photos are the new one's.
    async fn submit(&self, scope: &UserScope, new: &NewReading) -> Result<TakenIn, StoreError>;

    /// The same for a reading that staff enter; who did stands in the audit log.
    async fn enter(&self, scope: &DeskScope, new: &NewReading) -> Result<TakenIn, StoreError>;

    /// Notes how far a submitted reading has come, and enqueues the mail to whoever is to be told of it.
    async fn settle(&self, scope: &TenantScope, id: ReadingId, settlement: &Settlement) -> Result<(), StoreError>;

    /// What a reading says, for a mail about it; `None` where another one has taken its place.
    async fn for_mail(&self, scope: &TenantScope, id: ReadingId) -> Result<Option<Reading>, StoreError>;

    /// Accounts of a provider with a meter of this serial number, as far as the hub has copies of them.
    async fn with_meter(
        &self,
        scope: &DeskScope,
        provider: &ProviderId,
        serial_number: &str,
    ) -> Result<Vec<FoundMeter>, StoreError>;

    /// The readings that came in through the hub for a provider, the youngest first, behind `after`.
    async fn handed_in(
        &self,
        scope: &DeskScope,
        provider: &ProviderId,
        after: Option<ReadingId>,
        limit: u32,
    ) -> Result<Vec<ReadingCopy>, StoreError>;

    /// One of them.
    async fn handed_in_one(
        &self,
        scope: &DeskScope,
        provider: &ProviderId,
        id: ReadingId,
    ) -> Result<Option<ReadingCopy>, StoreError>;

    /// Submitted readings that are to be asked about, leased for a minute to whoever gets them.
    async fn unsettled(&self, scope: &SystemScope, limit: u32, now: Timestamp) -> Result<Vec<Unsettled>, StoreError>;

    /// Keeps what the billing system says of a supply point's readings.
    async fn keep(
        &self,
        scope: &TenantScope,
        account: AccountId,
        readings: &[Reading],
        as_of: Timestamp,
    ) -> Result<(), StoreError>;
}
