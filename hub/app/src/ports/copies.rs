//! The hub's copy of what billing systems say: invoices, ledgers, balances.

use async_trait::async_trait;
use jiff::{Timestamp, civil::Date};
use komunala_domain::{
    Balance, Capability, ExternalId, Invoice, LedgerEntry, Period, ProviderId, Sha256,
    ids::{AccountId, InvoiceId, SupplyPointId},
    invoice::InvoiceState,
};

use super::{StoreError, accounts::AccountFilter};
use crate::scope::{TenantScope, UserScope};

/// What of an account is copied, each with an age of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CopyKind {
    /// The account itself.
    Account,
    /// Its invoices.
    Invoices,
    /// Its account card.
    Ledger,
    /// What it owes.
    Balance,
    /// The readings of its meters.
    Readings,
}

impl CopyKind {
    /// What a provider offers where there is something to copy.
    pub fn capability(self) -> Capability {
        match self {
            Self::Account => Capability::Customers,
            Self::Invoices => Capability::Invoices,
            Self::Ledger => Capability::Ledger,
            Self::Balance => Capability::Balance,
            Self::Readings => Capability::Readings,
        }
    }
}

/// How old the copy of one account is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopyAge {
    /// The account.
    pub account: AccountId,
    /// Its provider.
    pub provider: ProviderId,
    /// The billing system's key.
    pub external_id: ExternalId,
    /// When the billing system was last asked and answered; `None` when never, or when a write of the hub's own
    /// made the copy stale.
    pub as_of: Option<Timestamp>,
}

/// An invoice of the copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvoiceCopy {
    /// The hub's id.
    pub id: InvoiceId,
    /// The account.
    pub account: AccountId,
    /// The provider.
    pub provider: ProviderId,
    /// The invoice.
    pub invoice: Invoice,
    /// The hub's ids of the supply points that it bills, in their order.
    pub points: Vec<SupplyPointId>,
    /// Its document, once it was fetched.
    pub document: Option<DocumentCopy>,
    /// When the billing system said so.
    pub as_of: Timestamp,
}

/// A document that is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentCopy {
    /// The digest it is kept under.
    pub sha256: Sha256,
    /// Its length in bytes.
    pub size: u64,
    /// Its media type.
    pub media_type: String,
}

/// A document that a billing system answered for an invoice; its bytes are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FetchedDocument {
    /// The invoice.
    pub invoice: InvoiceId,
    /// The invoice's account.
    pub account: AccountId,
    /// What was answered.
    pub copy: DocumentCopy,
}

/// Where a page of invoices begins: behind this invoice, newest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvoiceCursor {
    /// The day by which the last invoice of the page before is [listed](Invoice::listed_on).
    pub issued: Date,
    /// Its id.
    pub id: InvoiceId,
}

/// Which of the invoices of accounts are meant; all of them where nothing is said.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InvoiceFilter {
    /// Those that bill this month or a later one.
    pub first: Option<Period>,
    /// Those that bill this month or an earlier one.
    pub last: Option<Period>,
    /// Those that ask for this.
    pub state: Option<InvoiceState>,
    /// The day it is for each provider, for the state.
    pub today: Vec<(ProviderId, Date)>,
    /// Those that bill this supply point, by the billing system's key.
    pub point: Option<ExternalId>,
}

/// A row of the account card in the copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerRow {
    /// Its place in the card, from 0, oldest first.
    pub position: u32,
    /// The row.
    pub entry: LedgerEntry,
}

/// The copies of a tenant.
#[async_trait]
pub trait Copies: Send + Sync {
    /// How old the copies of the user's accounts are; empty when the filter means none that is linked.
    async fn ages(&self, scope: &UserScope, filter: &AccountFilter, kind: CopyKind)
    -> Result<Vec<CopyAge>, StoreError>;

    /// A page of the invoices of the user's accounts, newest first: by day of issue and id, both descending.
    async fn invoices(
        &self,
        scope: &UserScope,
        filter: &AccountFilter,
        after: Option<InvoiceCursor>,
        limit: u32,
    ) -> Result<Vec<InvoiceCopy>, StoreError>;

    /// The same page, of those invoices that `only` means, together with the ages of the copies of
    /// [`CopyKind::Invoices`], in as few round trips as the database takes: the way of a call that finds everything fresh.
    async fn invoices_with_ages(
        &self,
        scope: &UserScope,
        filter: &AccountFilter,
        only: &InvoiceFilter,
        after: Option<InvoiceCursor>,
        limit: u32,
    ) -> Result<(Vec<CopyAge>, Vec<InvoiceCopy>), StoreError>;

    /// One invoice of an account that the user has linked.
    async fn invoice(
        &self,
        scope: &UserScope,
        account: AccountId,
        invoice: InvoiceId,
    ) -> Result<Option<InvoiceCopy>, StoreError>;

    /// Keeps an account's invoices by the billing system's keys; a known one keeps its id and its document unless
    /// the invoice changed. Invoices that are not named stay.
    async fn keep_invoices(
        &self,
        scope: &TenantScope,
        account: AccountId,
        invoices: &[Invoice],
        as_of: Timestamp,
    ) -> Result<(), StoreError>;

    /// Removes those of an account's invoices that are not named: for a source that names all there are.
    async fn keep_only(&self, scope: &TenantScope, account: AccountId, invoices: &[Invoice]) -> Result<(), StoreError>;

    /// What is known of an invoice's document in another form than the PDF, once it was fetched.
    async fn document(
        &self,
        scope: &TenantScope,
        invoice: InvoiceId,
        media_type: &str,
    ) -> Result<Option<DocumentCopy>, StoreError>;

    /// Notes what the billing system answered as documents of invoices, and where it is kept, of those that were answered
    /// for no other account: these are noted at their invoices. Answers which are, in their order.
    ///
    /// The last answer counts for each invoice and media type: another one than before lets go of the one before.
    async fn keep_documents(&self, scope: &TenantScope, fetched: &[FetchedDocument]) -> Result<Vec<bool>, StoreError>;

    /// Whether each document is its account's own: no other account's invoice was answered with it. Answers in their order.
    async fn own_documents(
        &self,
        scope: &TenantScope,
        documents: &[(AccountId, Sha256)],
    ) -> Result<Vec<bool>, StoreError>;

    /// A page of an account's card, newest first: the rows before `before`.
    async fn ledger(
        &self,
        scope: &UserScope,
        account: AccountId,
        before: Option<u32>,
        limit: u32,
    ) -> Result<Vec<LedgerRow>, StoreError>;

    /// Replaces an account's card; `entries` are oldest first.
    async fn keep_ledger(
        &self,
        scope: &TenantScope,
        account: AccountId,
        entries: &[LedgerEntry],
        as_of: Timestamp,
    ) -> Result<(), StoreError>;

    /// What an account owes, per issuer.
    async fn balances(&self, scope: &UserScope, account: AccountId) -> Result<Vec<Balance>, StoreError>;

    /// Replaces what an account owes.
    async fn keep_balances(
        &self,
        scope: &TenantScope,
        account: AccountId,
        balances: &[Balance],
        as_of: Timestamp,
    ) -> Result<(), StoreError>;

    /// Makes a copy stale: the next read asks the billing system again.
    async fn invalidate(&self, scope: &TenantScope, account: AccountId, kind: CopyKind) -> Result<(), StoreError>;
}
