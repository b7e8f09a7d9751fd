//! A provider's billing system, as its adapter shows it.

mod call;

use std::time::Duration;

use async_trait::async_trait;
use jiff::{Timestamp, civil::Date};
use komunala_domain::{
    Balance, Capability, CapabilitySet, CustomerAccount, CustomerNumber, Document, ExternalId, Invoice, LedgerEntry,
    Money, Period, Pin, PostalChannel, Reading, Sha256, payment::Payment, request::CustomerRequest,
};

pub use call::Call;

use super::{Condition, FileExchange, intervals::IntervalSource, outages::OutageSource};

/// The name of a write, the same on every attempt: at most 64 bytes of ASCII.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct IdempotencyKey(pub String);

/// A part of a list, and where the next one begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part<T> {
    /// The items, in the billing system's order.
    pub items: Vec<T>,
    /// Where the next part begins; `None` at the end.
    pub next: Option<String>,
}

/// What a billing system said of a reading that was submitted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The billing system's key of it.
    pub external_id: ExternalId,
    /// How far it has come.
    pub state: ReceiptState,
    /// Why it was refused, where it was, in the provider's words.
    pub reason: Option<String>,
}

/// How far a submitted reading has come in the billing system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReceiptState {
    /// It is there.
    Accepted,
    /// It is booked.
    Posted,
    /// It was refused.
    Rejected,
}

/// How far something has come that a billing system was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// It holds it now.
    Applied,
    /// It will be handed over later, and acknowledged later still.
    Queued,
}

/// A kind of thing that the bulk feed tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ChangeKind {
    /// Invoices.
    Invoice,
    /// Customer accounts.
    Account,
    /// Readings.
    Reading,
}

/// A page of the bulk feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangePage {
    /// What was added or changed, each with the billing system's version and the account it belongs to.
    pub upserts: Vec<Upsert>,
    /// What was removed, by the billing system's keys. They come after the upserts.
    pub tombstones: Vec<ExternalId>,
    /// Accounts of which anything may have changed, where the feed tells only whose: what the hub keeps of those that
    /// are linked is to be asked for anew. One may recur.
    pub touched: Vec<ExternalId>,
    /// Records that were put aside because they break the contract.
    pub problems: Vec<BadRecord>,
    /// Where the next page begins; equal to the cursor that was passed in at the end of the feed.
    pub next: String,
}

/// A changed thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upsert {
    /// The billing system's version of it; a lower one than was seen before is stale.
    pub version: u64,
    /// The thing.
    pub record: ChangedRecord,
}

/// What changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChangedRecord {
    /// An invoice of an account.
    Invoice {
        /// The account, by the billing system's key, where the feed says.
        account: Option<ExternalId>,
        /// The invoice.
        invoice: Box<Invoice>,
    },
    /// A customer account.
    Account(Box<CustomerAccount>),
    /// A reading.
    Reading(Box<Reading>),
}

/// A record that breaks the contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadRecord {
    /// The billing system's key, as far as it could be read.
    pub external_id: Option<String>,
    /// The field that is wrong.
    pub field: String,
    /// What is wrong with it; no personal data.
    pub problem: String,
}

/// A value that a billing system, or the contract, refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldProblem {
    /// The field's name in the contract.
    pub field: String,
    /// A code such as `READ_LOWER`.
    pub code: String,
    /// What is wrong, in the provider's words.
    pub message: String,
}

/// Why a billing system did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BillingError {
    /// There is no such thing.
    #[error("the billing system knows no such thing")]
    NotFound,
    /// Number and PIN do not belong together, or the number is unknown, or it is locked: one answer for all.
    #[error("the billing system refused the credentials")]
    BadCredentials,
    /// It will exist later.
    #[error("not available yet")]
    NotAvailableYet {
        /// The first day it may be there, in the provider's zone.
        until: Option<Date>,
    },
    /// A value was refused.
    #[error("the billing system refused {} value(s)", fields.len())]
    Rejected {
        /// Which, and why.
        fields: Vec<FieldProblem>,
    },
    /// It contradicts what is there, an idempotency key used for something else among others.
    #[error("the billing system found a conflict: {detail}")]
    Conflict {
        /// What contradicts.
        detail: String,
    },
    /// It cannot be reached, or says that it is down.
    #[error("the billing system is unavailable")]
    Unavailable {
        /// When to try again.
        retry_after: Option<Duration>,
    },
    /// It asks for fewer calls.
    #[error("the billing system asks for fewer calls")]
    RateLimited {
        /// When to try again.
        retry_after: Option<Duration>,
    },
    /// A write may have happened: ask again by its key.
    #[error("the outcome of the write is unknown")]
    OutcomeUnknown,
    /// It answered something that breaks its own rules.
    #[error("the billing system answered wrongly: {detail}")]
    Upstream {
        /// What was wrong; no personal data.
        detail: String,
    },
    /// The provider's settings are wrong.
    #[error("the adapter's settings are wrong: {detail}")]
    Config {
        /// Which, and how.
        detail: String,
    },
    /// The adapter does not have this interface.
    #[error("the provider does not offer {}", .0.name())]
    NotOffered(Capability),
    /// The adapter went over a limit of its sandbox.
    #[error("the adapter went over its limit {limit}")]
    Limit {
        /// The limit's name in the settings.
        limit: &'static str,
    },
    /// The adapter crashed.
    #[error("the adapter crashed: {detail}")]
    Trapped {
        /// The trap; no personal data.
        detail: String,
    },
    /// The deadline passed.
    #[error("the deadline passed")]
    DeadlineExceeded,
    /// Too many calls wait for this adapter.
    #[error("too many calls wait for the adapter")]
    Overloaded,
    /// The adapter failed so often that it is left alone for a while.
    #[error("the adapter failed too often and is left alone for a while")]
    BreakerOpen {
        /// When it is tried again.
        retry_after: Duration,
    },
    /// The adapter's answer breaks the contract and was refused whole.
    #[error("the adapter's answer breaks the contract in {field}: {problem}")]
    InvalidAnswer {
        /// The field.
        field: String,
        /// What is wrong with it; no personal data.
        problem: String,
    },
}

impl BillingError {
    /// Whether the billing system, its adapter or the way to it failed, as opposed to having said no.
    pub fn is_outage(&self) -> bool {
        !matches!(
            self,
            Self::NotFound
                | Self::BadCredentials
                | Self::NotAvailableYet { .. }
                | Self::Rejected { .. }
                | Self::Conflict { .. }
                | Self::NotOffered(_)
        )
    }

    /// Whether a write that ended so may have been applied nevertheless.
    pub fn leaves_write_unknown(&self) -> bool {
        matches!(
            self,
            Self::OutcomeUnknown
                | Self::Limit { .. }
                | Self::Trapped { .. }
                | Self::DeadlineExceeded
                | Self::InvalidAnswer { .. }
                | Self::Upstream { .. }
        )
    }
}

/// A provider's billing system. Values that come back were checked: they belong to the account that was asked for,
/// are in the provider's currency, within the bounds of the contract, and of a sensible year.
#[async_trait]
pub trait BillingSystem: IntervalSource + OutageSource + Send + Sync + 'static {
    /// What the adapter offers.
    fn capabilities(&self) -> CapabilitySet;

    /// The digest of the adapter's component.
    fn digest(&self) -> Sha256;

    /// How it is, as far as the calls of this process have shown.
    fn condition(&self) -> Condition {
        Condition::default()
    }

    /// Stops asking it, or goes on: while it is paused every call is [`BillingError::Unavailable`].
    fn pause(&self, _paused: bool) {}

    /// The files it exchanges, where it does.
    fn files(&self) -> Option<&dyn FileExchange> {
        None
    }

    /// The moment that its answers are of, where that is not the moment of asking. Whatever is asked after this has been
    /// answered is as young.
    async fn stated_at(&self, _call: Call) -> Result<Option<Timestamp>, BillingError> {
        Ok(None)
    }

    /// Proves a customer by number and PIN and answers the account's key.
    async fn verify(&self, call: Call, number: &CustomerNumber, pin: &Pin) -> Result<ExternalId, BillingError>;

    /// The account with this key.
    async fn account(&self, call: Call, account: &ExternalId) -> Result<CustomerAccount, BillingError>;

    /// The account's invoices from `from` on, newest or oldest first as the billing system has them.
    async fn invoices(
        &self,
        call: Call,
        account: &ExternalId,
        from: Option<Period>,
        cursor: Option<&str>,
    ) -> Result<Part<Invoice>, BillingError>;

    /// One invoice of the account.
    async fn invoice(&self, call: Call, account: &ExternalId, invoice: &ExternalId) -> Result<Invoice, BillingError>;

    /// The document of an invoice of the account, in a form by its media type: the PDF is the legal one. A form that
    /// this billing system does not make is [`BillingError::Rejected`].
    async fn document(
        &self,
        call: Call,
        account: &ExternalId,
        invoice: &ExternalId,
        media_type: &str,
    ) -> Result<Document, BillingError>;

    /// The account card, oldest first.
    async fn ledger(
        &self,
        call: Call,
        account: &ExternalId,
        cursor: Option<&str>,
    ) -> Result<Part<LedgerEntry>, BillingError>;

    /// What the account owes, per issuer.
    async fn balance(&self, call: Call, account: &ExternalId) -> Result<Vec<Balance>, BillingError>;

    /// The readings of a supply point of the account.
    async fn readings(
        &self,
        call: Call,
        account: &ExternalId,
        point: &ExternalId,
        cursor: Option<&str>,
    ) -> Result<Part<Reading>, BillingError>;

    /// Hands in a reading.
    async fn submit_reading(
        &self,
        call: Call,
        account: &ExternalId,
        reading: &Reading,
        key: &IdempotencyKey,
    ) -> Result<Receipt, BillingError>;

    /// What became of the reading that was handed in under this key; `None` when it never arrived. The reading comes
    /// along for billing systems that know no keys and can only be searched.
    async fn reading_receipt(
        &self,
        call: Call,
        account: &ExternalId,
        reading: &Reading,
        key: &IdempotencyKey,
    ) -> Result<Option<Receipt>, BillingError>;

    /// Whether the bill is printed now.
    async fn delivery(&self, call: Call, account: &ExternalId) -> Result<PostalChannel, BillingError>;

    /// Tells whether to print the bill. Twice is the same as once.
    async fn set_delivery(
        &self,
        call: Call,
        account: &ExternalId,
        channel: PostalChannel,
    ) -> Result<Told, BillingError>;

    /// Passes on a customer's letter and answers its key.
    async fn create_request(
        &self,
        call: Call,
        account: &ExternalId,
        request: &CustomerRequest,
        key: &IdempotencyKey,
    ) -> Result<ExternalId, BillingError>;

    /// Tells of a payment and answers its key.
    async fn record_payment(
        &self,
        call: Call,
        account: &ExternalId,
        payment: &Payment,
        key: &IdempotencyKey,
    ) -> Result<ExternalId, BillingError>;

    /// A page of everything that changed since `cursor`, at most `size` records.
    async fn changes(
        &self,
        call: Call,
        kind: ChangeKind,
        cursor: Option<&str>,
        size: u32,
    ) -> Result<ChangePage, BillingError>;
}

/// An amount that nobody can owe a utility: bounds what a guest may say.
pub const MOST_MINOR_UNITS: i64 = 1_000_000_000_000_000;

/// Whether an amount lies within what the hub believes.
pub fn is_believable(amount: Money) -> bool {
    amount.minor.unsigned_abs() <= MOST_MINOR_UNITS.unsigned_abs()
}
