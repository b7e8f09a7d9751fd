//! What a user was told, and what they want to be told.
//!
//! Each piece of news has a number of its user's, counted up in the transaction that causes it. Whoever saw the number
//! 7 has seen every one up to it: a smaller one cannot appear later.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use jiff::Timestamp;
use komunala_domain::{
    Channel, Language, ProviderId,
    ids::{
        AccountId, InvoiceId, MeterId, NotificationId, OutageId, ReadingId, ServiceRequestId, SupplyPointId, UserId,
    },
    preferences::{NewsTopic, Preferences, QuietHours},
};

use super::StoreError;
use crate::scope::{SystemScope, UserScope};

/// Something that a user was told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notification {
    /// Its id.
    pub id: NotificationId,
    /// Its number among all of its user's.
    pub number: u64,
    /// What it is: the purpose of the message that told it.
    pub kind: String,
    /// On whose behalf.
    pub provider: ProviderId,
    /// What it is about, as far as that is still there.
    pub about: Option<About>,
    /// When.
    pub created: Timestamp,
    /// Whether the user has seen it.
    pub is_read: bool,
}

/// What a notification is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum About {
    /// A customer account.
    Account(ProviderId, AccountId),
    /// A bill.
    Invoice(ProviderId, AccountId, InvoiceId),
    /// A reading.
    Reading(ProviderId, AccountId, SupplyPointId, MeterId, ReadingId),
    /// What somebody asked.
    Request(ProviderId, AccountId, ServiceRequestId),
    /// An interruption of supply.
    Outage(ProviderId, OutageId),
}

/// What a user wants, and the language in which they are written to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wishes {
    /// The language.
    pub language: Language,
    /// The rest.
    pub preferences: Preferences,
}

/// Which wishes change.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WishChange {
    /// Another language.
    pub language: Option<Language>,
    /// Channels of topics; topics that it does not name stay as they are.
    pub topics: Option<BTreeMap<NewsTopic, BTreeSet<Channel>>>,
    /// Other quiet hours, or none from now on.
    pub quiet_hours: Option<Option<QuietHours>>,
}

/// Notifications and preferences of users.
#[async_trait]
pub trait Notifications: Send + Sync {
    /// What the user wants; `None` for somebody who is gone.
    async fn wishes(&self, scope: &UserScope) -> Result<Option<Wishes>, StoreError>;

    /// Changes what the user wants.
    async fn wish(&self, scope: &UserScope, change: &WishChange, now: Timestamp) -> Result<Option<Wishes>, StoreError>;

    /// What the user was told on behalf of providers that the portal shows, the newest first, before a number.
    async fn told_before(
        &self,
        scope: &UserScope,
        before: Option<u64>,
        limit: u32,
    ) -> Result<Vec<Notification>, StoreError>;

    /// The same after a number, the oldest first.
    async fn told_after(&self, scope: &UserScope, after: u64, limit: u32) -> Result<Vec<Notification>, StoreError>;

    /// The number of the last one; 0 before the first.
    async fn last_told(&self, scope: &UserScope) -> Result<u64, StoreError>;

    /// How many of them the user has not seen, counted up to `most`.
    async fn unread(&self, scope: &UserScope, most: u32) -> Result<u32, StoreError>;

    /// The user has seen everything up to one of them, or everything that there is; `false` where there is no such one.
    async fn saw(&self, scope: &UserScope, up_to: Option<NotificationId>) -> Result<bool, StoreError>;

    /// The numbers of the last ones of some users, whatever their tenant. Cheap enough to be asked twice a second.
    async fn last_numbers(&self, scope: &SystemScope, users: &[UserId]) -> Result<Vec<(UserId, u64)>, StoreError>;
}
