//! The files that were taken in, and their rows.
//!
//! A row is sealed under a key of its provider and found by a keyed hash: the store knows neither whose it is nor what
//! it says. Rows are only added. What counts follows from their file: rows of a file count from the moment it is done,
//! all at once; of rows about one thing the one of the highest sequence counts; a file that was sent again replaces the
//! earlier one when it is done itself; and a full file of customers closes everybody who is only in files before it.

use async_trait::async_trait;
use jiff::Timestamp;
use komunala_domain::{ExternalId, PostalChannel, ProviderId, ids::AccountId, ids::ServiceRequestId};
use uuid::Uuid;

use super::{StoreError, accounts::Lapse, feeds::Turn, files::ListedFile, problems::NewProblem};
use crate::scope::{SystemScope, TenantScope};

/// A keyed hash that rows are found by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Lookup(pub Uuid);

/// Where a file stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ImportState {
    /// It is being taken in; none of its rows count.
    Taking,
    /// Its rows count.
    Done,
    /// It was refused whole.
    Refused,
    /// It was sent again, and the later one counts.
    Replaced,
}

/// A file that the hub knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownFile {
    /// Its name.
    pub id: ExternalId,
    /// Which of those that were sent under this name.
    pub fingerprint: String,
    /// Where it stands.
    pub state: ImportState,
}

/// A file that is being taken in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taking {
    /// The hub's id of it.
    pub import: Uuid,
    /// Its place among the files of its provider.
    pub sequence: u64,
    /// Where it goes on; `None` at its beginning.
    pub cursor: Option<String>,
    /// How many rows were kept so far.
    pub rows: u64,
}

/// A row, sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedRow {
    /// What it is found by.
    pub lookup: Lookup,
    /// What it says.
    pub sealed: Vec<u8>,
}

/// What the billing system said to a delivery choice that was handed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryAnswer {
    /// The account, by the billing system's key.
    pub account: ExternalId,
    /// What was handed in.
    pub channel: PostalChannel,
    /// Whether it was taken over.
    pub is_taken_over: bool,
}

/// A request that was handed in and that the billing system refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedRequest {
    /// The request.
    pub id: ServiceRequestId,
    /// Why, in the billing system's code.
    pub code: String,
}

/// A portion of a file, ready to be kept.
#[derive(Debug, Clone, Default)]
pub struct SealedPortion {
    /// Its rows.
    pub rows: Vec<SealedRow>,
    /// Answers to delivery choices.
    pub answers: Vec<DeliveryAnswer>,
    /// Requests that were refused; of those that were taken over there is no more to say.
    pub refused: Vec<RefusedRequest>,
    /// The highest place of all files that were there when this one was read. What is behind it came after the answers.
    pub horizon: u64,
    /// What was put aside.
    pub problems: Vec<NewProblem>,
    /// Where the next portion begins; `None` at the end of the file.
    pub next: Option<String>,
}

/// A row that was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptRow {
    /// What it was found by.
    pub lookup: Lookup,
    /// The file it came in.
    pub import: Uuid,
    /// The file's place.
    pub sequence: u64,
    /// The row's place in the file.
    pub position: u64,
    /// What it says.
    pub sealed: Vec<u8>,
}

/// An account whose delivery choice the billing system has acknowledged, and nothing else is under way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acknowledged {
    /// The hub's id.
    pub id: AccountId,
    /// The billing system's key.
    pub account: ExternalId,
    /// What it acknowledged.
    pub channel: PostalChannel,
}

/// The files of all providers. Every write names the turn it belongs to and answers `false`, having changed nothing,
/// when that is over.
#[async_trait]
pub trait Imports: Send + Sync {
    /// The files of a provider that are known.
    async fn known(&self, scope: &TenantScope, provider: &ProviderId) -> Result<Vec<KnownFile>, StoreError>;

    /// Begins to take in a file, or goes on where it was left; `None` when the turn is over.
    async fn begin(
        &self,
        scope: &TenantScope,
        turn: &Turn,
        file: &ListedFile,
        now: Timestamp,
    ) -> Result<Option<Taking>, StoreError>;

    /// Keeps a portion behind `taking`, and the cursor behind it, in one transaction.
    async fn keep_portion(
        &self,
        scope: &TenantScope,
        turn: &Turn,
        taking: &Taking,
        portion: &SealedPortion,
        until: Timestamp,
        now: Timestamp,
    ) -> Result<bool, StoreError>;

    /// Lets a file count. One of the same name that counted before does so no longer. In the same transaction the proof
    /// of the accounts lapses that have another holder or PIN by this file.
    async fn finish(
        &self,
        scope: &TenantScope,
        turn: &Turn,
        taking: &Taking,
        lapses: &[(AccountId, Lapse)],
        now: Timestamp,
    ) -> Result<bool, StoreError>;

    /// Refuses a file whole; what was kept of it never counts.
    async fn refuse(
        &self,
        scope: &TenantScope,
        turn: &Turn,
        taking: &Taking,
        problems: &[NewProblem],
        now: Timestamp,
    ) -> Result<bool, StoreError>;

    /// Forgets a file that was sent again while it was taken in.
    async fn abandon(&self, scope: &TenantScope, turn: &Turn, taking: &Taking) -> Result<bool, StoreError>;

    /// The rows that count and are found by one of `lookups`, the highest sequence first, in a file the last first.
    async fn find(
        &self,
        scope: &TenantScope,
        provider: &ProviderId,
        lookups: &[Lookup],
    ) -> Result<Vec<KeptRow>, StoreError>;

    /// The rows of a file that is being taken in and are found by one of `lookups`.
    async fn find_in(
        &self,
        scope: &TenantScope,
        taking: &Taking,
        lookups: &[Lookup],
    ) -> Result<Vec<KeptRow>, StoreError>;

    /// When the last file began to count.
    async fn taken_in_at(&self, scope: &TenantScope, provider: &ProviderId) -> Result<Option<Timestamp>, StoreError>;

    /// Accounts whose delivery choice was acknowledged when there were only files below `sequence`, by id, behind
    /// `after`.
    async fn acknowledged(
        &self,
        scope: &TenantScope,
        provider: &ProviderId,
        sequence: u64,
        after: Option<AccountId>,
        limit: u32,
    ) -> Result<Vec<Acknowledged>, StoreError>;

    /// The accounts of a provider that somebody has linked, by id, behind `after`.
    async fn linked(
        &self,
        scope: &TenantScope,
        provider: &ProviderId,
        after: Option<AccountId>,
        limit: u32,
    ) -> Result<Vec<(AccountId, ExternalId)>, StoreError>;

    /// Removes a bounded number of rows that cannot count any more: of files that were refused or replaced, of
    /// customers before the last full file, and of bills and payments that were taken in before `before`, or before a
    /// moment of their provider's own. Answers how many; zero when nothing is left to do.
    async fn sweep_rows(
        &self,
        scope: &SystemScope,
        before: Timestamp,
        of_their_own: &[(ProviderId, Timestamp)],
    ) -> Result<u64, StoreError>;
}
