//! What is to be told of outages: a row for each revision and for its reminder, written in the transaction that brought the
//! revision, and worked off portion by portion.
//!
//! Whoever works at one holds it for a while; a step of somebody who does not hold it any more changes nothing. A portion is
//! one transaction with the messages that it puts into the outbox and the place that it got to, so whatever dies between two
//! lines goes on there, and nobody is told twice.

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use komunala_domain::{Provider, ProviderId, TenantId, ids::OutageId};
use uuid::Uuid;

use super::StoreError;
use crate::scope::{SystemScope, TenantScope};

/// What is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoticeKind {
    /// That there is a revision.
    Revision,
    /// That it begins soon.
    Reminder,
}

/// Something to be told that a worker holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueNotice {
    /// Its id.
    pub id: Uuid,
    /// The tenant.
    pub tenant: TenantId,
    /// Whose outage it is.
    pub provider: ProviderId,
    /// The outage.
    pub outage: OutageId,
    /// Its revision.
    pub revision: u32,
    /// What is told of it.
    pub kind: NoticeKind,
    /// From when on nothing more is said of it.
    pub until: Timestamp,
    /// The attempt that every step names.
    pub attempt: u32,
}

/// What became of a portion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Portion {
    /// So many messages were put into the outbox, and there may be more to do.
    Told(u64),
    /// So many were, and they were the last.
    Done(u64),
    /// Nothing was: somebody else holds it, or a later revision came.
    Lost,
}

/// How a portion is told.
#[derive(Debug, Clone, Copy)]
pub struct Telling<'a> {
    /// The provider, whose languages are written in.
    pub provider: &'a Provider,
    /// How many supply points of recipients are looked at, at most.
    pub size: u32,
    /// How long the notice is held from now on.
    pub lease: SignedDuration,
    /// Now.
    pub now: Timestamp,
}

/// What is to be told of outages.
#[async_trait]
pub trait OutageNotices: Send + Sync {
    /// Takes something that is due, for `lease`; other workers do not see it meanwhile.
    async fn claim_notice(
        &self,
        scope: &SystemScope,
        lease: SignedDuration,
        now: Timestamp,
    ) -> Result<Option<DueNotice>, StoreError>;

    /// Tells the next recipients: one message for each address, whichever of its supply points are concerned.
    async fn tell_portion(
        &self,
        scope: &TenantScope,
        notice: &DueNotice,
        telling: Telling<'_>,
    ) -> Result<Portion, StoreError>;
}
