//! The delivery epoch: a number that stands in the database and in the document store, and moves on while mail goes out.
//!
//! Where the two differ, one of them is older than the other: somebody put a backup back. What that database takes for
//! unsent may have been sent long ago, so nothing leaves until an operator has looked.

use async_trait::async_trait;
use jiff::Timestamp;

use super::StoreError;
use crate::scope::SystemScope;

/// Whether mail may go out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EpochStanding {
    /// The database is the one that sent last.
    Same,
    /// It is another one.
    Held {
        /// What the database says; zero where it never sent.
        database: u64,
        /// What the document store says; `None` where nobody ever sent beside it.
        documents: Option<u64>,
    },
}

/// Whether the two move on where they are the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EpochMove {
    /// Somebody only looks.
    Stay,
    /// Mail went out: they do, at most once a minute over all replicas.
    WhenDue,
    /// A hub begins to send: whatever copy there is of the database is an older one from now on.
    Now,
}

/// The delivery epoch.
#[async_trait]
pub trait DeliveryEpoch: Send + Sync {
    /// Compares the two, and moves them on.
    async fn compare(&self, scope: &SystemScope, moves: EpochMove, now: Timestamp)
    -> Result<EpochStanding, StoreError>;

    /// Makes them the same: an operator has looked, and mail may go out again.
    async fn release(&self, scope: &SystemScope, now: Timestamp) -> Result<(), StoreError>;
}
