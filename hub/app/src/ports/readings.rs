//! Readings: those the billing system knows and those on their way to it.

use async_trait::async_trait;
use jiff::{Timestamp, civil::Date};
use komunala_domain::{
    ExternalId, ProviderId, Reading, TenantId, ids::AccountId, ids::MeterId, ids::ReadingId, ids::SupplyPointId,
    reading::ReadingState,
};

use super::{StoreError, WriteKey, Written};
use crate::scope::{SystemScope, TenantScope, UserScope};

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
}

/// A reading that a user hands in.
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
    /// The write's name.
    pub key: WriteKey,
    /// Now.
    pub now: Timestamp,
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
    /// A page of a meter's readings, newest first: by day and id, both descending. A submitted reading and what the
    /// billing system says of the same meter, day and source are one.
    async fn list(
        &self,
        scope: &UserScope,
        meter: MeterId,
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

    /// Takes in a reading as [`ReadingState::Received`], with its request id. Another one of the same meter, day and
    /// source is replaced.
    async fn submit(&self, scope: &UserScope, new: NewReading) -> Result<Written<()>, StoreError>;

    /// Notes how far a submitted reading has come; it is asked about again at `ask_again`, if that is set.
    async fn settle(
        &self,
        scope: &TenantScope,
        id: ReadingId,
        state: ReadingState,
        reason: Option<&str>,
        ask_again: Option<Timestamp>,
    ) -> Result<(), StoreError>;

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
