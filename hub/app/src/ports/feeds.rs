//! How far the hub has followed each provider's feeds, and what it keeps of them.

use async_trait::async_trait;
use jiff::Timestamp;
use komunala_domain::{ProviderId, ids::AccountId};
use uuid::Uuid;

use super::{
    StoreError,
    billing::{ChangeKind, ChangePage},
    copies::CopyAge,
};
use crate::scope::{SystemScope, TenantScope};

/// Work on a provider that one replica does at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FeedTask {
    /// Following what changed.
    Changes,
    /// Taking in files.
    Files,
    /// Handing over what was written for the billing system.
    HandOver,
    /// Following what the network announces.
    Outages,
}

/// Whose turn it is. Every write names it: one that comes after the turn is over changes nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn {
    /// The provider.
    pub provider: ProviderId,
    /// The work.
    pub task: FeedTask,
    /// The replica at work, different for every turn.
    pub holder: Uuid,
}

/// A page of a feed, as it is to be kept.
#[derive(Debug, Clone, Copy)]
pub struct NewPage<'a> {
    /// What the feed tells of.
    pub kind: ChangeKind,
    /// The page.
    pub page: &'a ChangePage,
    /// When it was asked for: what it says was so then at the latest.
    pub asked_at: Timestamp,
    /// Until when the turn lasts from now on.
    pub until: Timestamp,
    /// When it came.
    pub now: Timestamp,
}

/// What became of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kept {
    /// It counts, together with the cursor behind it.
    Applied {
        /// The linked accounts whose copies changed or were confirmed.
        accounts: Vec<AccountId>,
        /// How many of its records concerned linked accounts.
        records: u64,
    },
    /// It names something that belongs to another customer: nothing of it counts.
    Foreign {
        /// The thing, by the billing system's key.
        subject: String,
    },
    /// Another replica has the turn by now: nothing of it counts.
    TurnLost,
}

/// How far a feed has come.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FeedPlace {
    /// Where it goes on; `None` at its beginning, and where there is no such feed.
    pub cursor: Option<String>,
    /// When its end was reached last, and everything up to then is known; or when there was found to be no such feed.
    pub caught_up_at: Option<Timestamp>,
    /// When a page was kept last, at its end or on the way there.
    pub kept_at: Option<Timestamp>,
    /// When a page failed first, if none was kept since.
    pub failing_since: Option<Timestamp>,
}

/// The feeds of all providers.
#[async_trait]
pub trait Feeds: Send + Sync {
    /// Takes the turn until `until` if it is due and nobody has it.
    async fn take_turn(
        &self,
        scope: &TenantScope,
        turn: &Turn,
        until: Timestamp,
        now: Timestamp,
    ) -> Result<bool, StoreError>;

    /// Makes a turn last until `until`; `false` when somebody else has it by now.
    async fn renew_turn(&self, scope: &TenantScope, turn: &Turn, until: Timestamp) -> Result<bool, StoreError>;

    /// Gives the turn back; the next one is due at `due`.
    async fn end_turn(&self, scope: &TenantScope, turn: &Turn, due: Timestamp) -> Result<(), StoreError>;

    /// Lets a turn that nobody has be due now.
    async fn hasten(
        &self,
        scope: &TenantScope,
        provider: &ProviderId,
        task: FeedTask,
        now: Timestamp,
    ) -> Result<(), StoreError>;

    /// How far a feed has come.
    async fn place(
        &self,
        scope: &TenantScope,
        provider: &ProviderId,
        kind: ChangeKind,
    ) -> Result<FeedPlace, StoreError>;

    /// Keeps a page and the cursor behind it, in one transaction. Of its records those count that belong to linked
    /// accounts and whose version was not seen before. What was removed stays removed: where a feed brings it again, late
    /// or anew, its account is [due](Feeds::due_accounts), for only asking will tell.
    async fn keep_page(&self, scope: &TenantScope, turn: &Turn, page: NewPage<'_>) -> Result<Kept, StoreError>;

    /// Notes that a feed's end was reached by a question asked at `as_of`, and that the copies of `accounts`, which the
    /// feed has kept whole, are as young.
    async fn caught_up(
        &self,
        scope: &TenantScope,
        turn: &Turn,
        kind: ChangeKind,
        accounts: &[AccountId],
        as_of: Timestamp,
    ) -> Result<(), StoreError>;

    /// Notes that the billing system, asked at `as_of`, had no feed of this kind. Should it come back, it begins anew.
    async fn has_none(
        &self,
        scope: &TenantScope,
        turn: &Turn,
        kind: ChangeKind,
        as_of: Timestamp,
    ) -> Result<(), StoreError>;

    /// Notes that a page could not be had, or not be kept.
    async fn failed(
        &self,
        scope: &TenantScope,
        turn: &Turn,
        kind: ChangeKind,
        now: Timestamp,
    ) -> Result<(), StoreError>;

    /// Linked accounts of a provider that are to be asked about, handed to this caller for a while: those that a feed
    /// said were touched, and those whose invoices were last copied before `older_than`, if that is set.
    async fn due_accounts(
        &self,
        scope: &TenantScope,
        provider: &ProviderId,
        older_than: Option<Timestamp>,
        limit: u32,
        now: Timestamp,
    ) -> Result<Vec<CopyAge>, StoreError>;

    /// Notes that an account was asked about at `asked_at`.
    async fn asked(&self, scope: &TenantScope, account: AccountId, asked_at: Timestamp) -> Result<(), StoreError>;

    /// Forgets what was removed before `before` without the hub having known it; answers how many.
    async fn forget_removed(&self, scope: &SystemScope, before: Timestamp) -> Result<u64, StoreError>;
}
