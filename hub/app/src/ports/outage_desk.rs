//! Outages as operators see them, and those that operators announce.

use async_trait::async_trait;
use jiff::Timestamp;
use komunala_domain::{Channel, Outage, PointNumber, ProviderId, ids::OutageId, outage::Schedule};

use super::{StoreError, WriteKey, outages::OutageCursor};
use crate::scope::DeskScope;

/// Who announced an outage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutageOrigin {
    /// The network's own system.
    Feed,
    /// An operator, here.
    Operator,
}

/// A revision of an outage by an operator.
#[derive(Debug, Clone)]
pub struct NewRevision {
    /// The provider.
    pub provider: ProviderId,
    /// The outage.
    pub id: OutageId,
    /// What is said of it; the first revision announces it.
    pub outage: Outage,
    /// When it is told; `None` where nobody is.
    pub schedule: Option<Schedule>,
    /// The caller's name of this write.
    pub key: WriteKey,
    /// Now.
    pub now: Timestamp,
}

/// What became of a revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Revised {
    /// It counts.
    Now,
    /// It did already, by this request.
    Before,
    /// Somebody else changed the outage at the same moment; nothing was changed.
    Meanwhile,
}

/// An outage, and what is told of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutageStanding {
    /// The hub's id.
    pub id: OutageId,
    /// The provider.
    pub provider: ProviderId,
    /// Its newest revision; in lists without its supply points.
    pub outage: Outage,
    /// How many supply points it concerns.
    pub points: u64,
    /// Who announced it.
    pub origin: OutageOrigin,
    /// What is told of it, the oldest first; none in lists.
    pub notices: Vec<NoticeStanding>,
}

/// What is told of a revision, and how far that has got.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticeStanding {
    /// The revision.
    pub revision: u32,
    /// Whether it is the reminder.
    pub is_reminder: bool,
    /// When it is due.
    pub due: Timestamp,
    /// When nothing was left to do.
    pub done: Option<Timestamp>,
    /// How many messages were put into the outbox.
    pub told: u64,
    /// Whether a later revision came before all was told.
    pub is_superseded: bool,
}

/// The outages of a tenant's providers.
#[async_trait]
pub trait OutageDesk: Send + Sync {
    /// Writes a revision down, tells the audit log, and makes it due to be told; an earlier one that is not told yet never
    /// is. The first revision makes the outage; a later one must follow the one that is there.
    async fn revise(&self, desk: &DeskScope, new: NewRevision) -> Result<Revised, StoreError>;

    /// An outage of a provider.
    async fn standing(
        &self,
        desk: &DeskScope,
        provider: &ProviderId,
        id: OutageId,
    ) -> Result<Option<OutageStanding>, StoreError>;

    /// A page of a provider's outages: by their beginning and id, both descending.
    async fn standings(
        &self,
        desk: &DeskScope,
        provider: &ProviderId,
        after: Option<OutageCursor>,
        limit: u32,
    ) -> Result<Vec<OutageStanding>, StoreError>;

    /// How many addresses on each channel are subscribed to any of these supply points, each counted once.
    async fn reach(
        &self,
        desk: &DeskScope,
        provider: &ProviderId,
        points: &[PointNumber],
    ) -> Result<Vec<(Channel, u64)>, StoreError>;
}
