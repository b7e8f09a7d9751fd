//! Interruptions of supply: where they are announced, and the hub's copy of them.

use async_trait::async_trait;
use jiff::Timestamp;
use komunala_domain::{Capability, Outage, ProviderId, ids::OutageId, outage::Schedule};

use super::{BillingError, Call, StoreError, billing::BadRecord};
use crate::scope::TenantScope;

/// What a network's operator announces.
#[async_trait]
pub trait OutageSource: Send + Sync + 'static {
    /// What was announced, changed or cancelled since a cursor, at most `size` outages; from as far back as there is
    /// without one.
    async fn outages(&self, _call: Call, _cursor: Option<&str>, _size: u32) -> Result<OutagePage, BillingError> {
        Err(BillingError::NotOffered(Capability::Outages))
    }
}

/// A page of what was announced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutagePage {
    /// The newest revision of each. One may recur.
    pub outages: Vec<Outage>,
    /// Records that were put aside because they break the contract.
    pub problems: Vec<BadRecord>,
    /// Where the next page begins.
    pub next: String,
    /// Whether there is nothing more for now.
    pub at_end: bool,
}

/// How far the hub has read what a provider announces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutageFeed {
    /// Where to go on; `None` at the beginning.
    pub cursor: Option<String>,
    /// When the end was last reached; `None` when it never was.
    pub as_of: Option<Timestamp>,
}

/// An outage that a network announced, and when it is told to whoever subscribed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announced {
    /// The outage.
    pub outage: Outage,
    /// When it is told; `None` where it is over.
    pub schedule: Option<Schedule>,
}

/// An outage of the copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutageCopy {
    /// The hub's id.
    pub id: OutageId,
    /// The provider.
    pub provider: ProviderId,
    /// The outage; of its supply points only those that were asked for.
    pub outage: Outage,
    /// When what is announced was last read to its end.
    pub as_of: Option<Timestamp>,
}

/// Where a page of outages begins: behind this one, the latest to begin first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OutageCursor {
    /// When the last outage of the page before begins.
    pub start: Timestamp,
    /// Its id.
    pub id: OutageId,
}

/// Printed numbers of supply points of one provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConcernedPoints {
    /// The provider.
    pub provider: ProviderId,
    /// The numbers.
    pub numbers: Vec<String>,
}

/// The copies of what is announced to a tenant's customers.
#[async_trait]
pub trait Outages: Send + Sync {
    /// A page of the outages that concern any of these supply points: by their beginning and id, both descending.
    async fn outages_at(
        &self,
        scope: &TenantScope,
        points: &[ConcernedPoints],
        after: Option<OutageCursor>,
        limit: u32,
    ) -> Result<Vec<OutageCopy>, StoreError>;

    /// How far a provider's announcements were read.
    async fn feed(&self, scope: &TenantScope, provider: &ProviderId) -> Result<OutageFeed, StoreError>;

    /// An outage as it stands, without its supply points: for a notice about it.
    async fn outage_for_notice(&self, scope: &TenantScope, outage: OutageId) -> Result<Option<Outage>, StoreError>;

    /// Keeps what was announced, and how far it was read. An outage that is known keeps its id; an earlier revision
    /// than the one that is kept changes nothing. A new one is due to be told, and earlier ones are not any more.
    async fn keep_outages(
        &self,
        scope: &TenantScope,
        provider: &ProviderId,
        outages: &[Announced],
        feed: &OutageFeed,
        now: Timestamp,
    ) -> Result<(), StoreError>;
}
