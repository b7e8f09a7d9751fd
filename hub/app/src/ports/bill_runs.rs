//! Runs of bills: which bills were taken up, which way each goes, and what became of their mails.
//!
//! A run walks over the accounts that somebody has linked, in the order of their ids, page by page. Each page is one
//! transaction: the bills, their mails and the place behind them. So whoever dies between two pages leaves a run that
//! goes on where the last transaction ended.

use async_trait::async_trait;
use jiff::Timestamp;
use komunala_domain::{
    BillDelivery, CustomerAccount, ExternalId, Period, ProviderId, Sha256, TenantId,
    bill_run::{BillRunState, BillRunTotals},
    ids::{AccountId, BillRunId, InvoiceId, LinkId, UserId},
};
use uuid::Uuid;

use super::{
    StoreError, WriteKey,
    copies::{CopyAge, InvoiceCopy},
};
use crate::scope::{DeskScope, SystemScope, TenantScope};

/// A run, as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BillRun {
    /// Its id.
    pub id: BillRunId,
    /// The tenant.
    pub tenant: TenantId,
    /// Whose bills.
    pub provider: ProviderId,
    /// Of which month.
    pub period: Period,
    /// How far it has come.
    pub state: BillRunState,
    /// How much of it stands where.
    pub totals: BillRunTotals,
    /// Bills, or accounts of which nobody knows whether they have one, that are taken up later: not out yet, without
    /// their document, or not to be asked about now.
    pub awaited: u64,
    /// When it was started, or opened again for late bills.
    pub opened_at: Timestamp,
    /// When it looks again for what it awaits.
    pub look_at: Option<Timestamp>,
}

/// What an operator does with a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Steer {
    /// Nothing more is taken up or leaves.
    Pause,
    /// It goes on.
    Resume,
    /// What has not left is taken back.
    Cancel,
}

/// Whoever works on a run. Every write names it: one that comes after another took the run over changes nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hold {
    /// The run.
    pub run: BillRunId,
    /// Whoever is at work, another one for each time.
    pub holder: Uuid,
}

/// A run that was taken in hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldRun {
    /// By whom.
    pub hold: Hold,
    /// The tenant.
    pub tenant: TenantId,
    /// Whose bills.
    pub provider: ProviderId,
    /// Of which month.
    pub period: Period,
    /// When it was started, or opened again.
    pub opened_at: Timestamp,
    /// Behind which account it goes on.
    pub after: Option<AccountId>,
    /// Whether it was ended, and what has not left is to be taken back.
    pub is_cancelled: bool,
}

/// An account that a run comes by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunAccount {
    /// The account and the age of what is known of its bills.
    pub age: CopyAge,
    /// Whether a feed said that something of it changed, which is yet to be asked about.
    pub is_touched: bool,
    /// Whether anybody has its bills by mail at this moment.
    pub is_mailed: bool,
}

/// The accounts between two: behind the first, up to and with the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stretch {
    /// Behind this one; from the beginning where there is none.
    pub after: Option<AccountId>,
    /// Up to this one.
    pub last: AccountId,
}

/// A bill that is taken up.
#[derive(Debug, Clone, Copy)]
pub struct RunBill<'a> {
    /// The bill.
    pub copy: &'a InvoiceCopy,
    /// What it asks for, as a digest: a bill that asks for something else is another revision of it.
    pub gist: &'a str,
    /// The digest of the adapter that the bill came through.
    pub adapter: Option<Sha256>,
}

/// A page of a run.
#[derive(Debug, Clone, Copy)]
pub struct RunPage<'a> {
    /// The accounts.
    pub stretch: Stretch,
    /// Their bills that are taken up.
    pub bills: &'a [RunBill<'a>],
    /// How many were left for later.
    pub left: u32,
    /// When those are to be looked for.
    pub look_at: Option<Timestamp>,
    /// Until when the hold lasts from now on.
    pub until: Timestamp,
    /// When.
    pub now: Timestamp,
}

/// A bill that is to be sent by mail.
#[derive(Debug, Clone)]
pub struct MailedBill {
    /// The bill.
    pub copy: InvoiceCopy,
    /// Its account, by the billing system's key.
    pub external_account: ExternalId,
    /// What is known of the account.
    pub account: Option<CustomerAccount>,
    /// Whose mail it is.
    pub user: UserId,
    /// How they want their bills by now.
    pub delivery: BillDelivery,
}

/// Why a bill needs paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PaperReason {
    /// Nobody wants it by mail.
    Chosen,
    /// Somebody wants it on paper beside the mail.
    Both,
    /// No mail of it arrived anywhere.
    MailFailed,
    /// The billing system has not acknowledged yet that it need not print.
    NotTold,
}

/// A bill that needs paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaperBill {
    /// The account.
    pub account: AccountId,
    /// The bill, by the billing system's key: its place in the list.
    pub bill: ExternalId,
    /// The hub's id of it.
    pub invoice: InvoiceId,
    /// Its printed number.
    pub number: String,
    /// The account, by the billing system's key.
    pub external_account: ExternalId,
    /// The customer's number, where the hub knows the account.
    pub customer_number: Option<String>,
    /// Why.
    pub reason: PaperReason,
}

/// Where a page of paper bills begins: behind this one.
pub type PaperCursor = (AccountId, ExternalId);

/// Runs of bills.
#[async_trait]
pub trait BillRuns: Send + Sync {
    /// Starts the run of a provider and month, or opens the one there is again for late bills, a cancelled one too; one
    /// that is paused stays so. With a key, an operator does, and the audit log says so; a retry changes nothing.
    async fn start_run(
        &self,
        scope: &TenantScope,
        of: (&ProviderId, Period),
        by: Option<(&DeskScope, WriteKey)>,
        now: Timestamp,
    ) -> Result<BillRunId, StoreError>;

    /// When the run of a provider and month was last opened; `None` where there is none.
    async fn opened_at(
        &self,
        scope: &TenantScope,
        of: (&ProviderId, Period),
    ) -> Result<Option<(BillRunState, Timestamp)>, StoreError>;

    /// Holds, continues or ends a run; what is over stays as it is. `false` where the provider has none such.
    async fn steer_run(
        &self,
        desk: &DeskScope,
        provider: &ProviderId,
        run: BillRunId,
        steer: Steer,
        now: Timestamp,
    ) -> Result<bool, StoreError>;

    /// A run as it stands, out of one look at the database.
    async fn bill_run(
        &self,
        scope: &TenantScope,
        provider: &ProviderId,
        run: BillRunId,
    ) -> Result<Option<BillRun>, StoreError>;

    /// Takes a run in hand that there is something to do for, until `until`: the one that waited longest.
    async fn take_run(
        &self,
        scope: &SystemScope,
        until: Timestamp,
        now: Timestamp,
    ) -> Result<Option<HeldRun>, StoreError>;

    /// The next accounts of a provider that somebody has linked, in the order of their ids.
    async fn run_accounts(
        &self,
        scope: &TenantScope,
        provider: &ProviderId,
        after: Option<AccountId>,
        limit: u32,
    ) -> Result<Vec<RunAccount>, StoreError>;

    /// The bills of a month that the hub has of these accounts.
    async fn run_bills(
        &self,
        scope: &TenantScope,
        of: (&ProviderId, Period),
        stretch: Stretch,
    ) -> Result<Vec<InvoiceCopy>, StoreError>;

    /// Takes a page up, in one transaction: what was taken up before as it is now stays; of all else it is settled who
    /// has it by mail, by the links that are active now, and one message per recipient is enqueued. `false` where the
    /// run is not in this hold any more, or was paused: then nothing happened.
    async fn take_up(&self, scope: &TenantScope, hold: Hold, page: RunPage<'_>) -> Result<bool, StoreError>;

    /// The walk came to its end: what was left is looked for when the pages said.
    async fn walked(&self, scope: &TenantScope, hold: Hold, now: Timestamp) -> Result<(), StoreError>;

    /// Gives a run back; the next one may take it at `due`.
    async fn let_go(&self, scope: &TenantScope, hold: Hold, due: Timestamp) -> Result<(), StoreError>;

    /// Takes back mails of a cancelled run that nobody has claimed, and the bills that had none beside them; answers how
    /// many mails.
    async fn take_back(&self, scope: &SystemScope, run: BillRunId, limit: u32) -> Result<u64, StoreError>;

    /// The bill that a mail is about, for the link that it was enqueued for, as long as that counts.
    async fn mailed_bill(
        &self,
        scope: &TenantScope,
        link: LinkId,
        invoice: InvoiceId,
    ) -> Result<Option<MailedBill>, StoreError>;

    /// The bills of a run that need paper, by account and bill, behind `after`.
    async fn paper_bills(
        &self,
        desk: &DeskScope,
        run: BillRunId,
        after: Option<&PaperCursor>,
        limit: u32,
    ) -> Result<Vec<PaperBill>, StoreError>;
}
