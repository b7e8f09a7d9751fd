//! A provider's billing system, as its adapter shows it.

mod call;
mod change;
mod error;

use async_trait::async_trait;
use jiff::Timestamp;
use komunala_domain::{
    Balance, Capability, CapabilitySet, CustomerAccount, CustomerNumber, Document, ExternalId, Invoice, LedgerEntry,
    Money, Period, Pin, PostalChannel, Reading, Sha256, payment::Payment, request::CustomerRequest,
};

pub use call::Call;
pub use change::{BadRecord, ChangeKind, ChangePage, ChangedRecord, Upsert};
pub use error::{BillingError, FieldProblem};

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

/// A provider's billing system. Values that come back were checked: they belong to the account that was asked for,
/// are in the provider's currency, within the bounds of the contract, and of a sensible year.
///
/// What a billing system does not offer it need not answer: that is [`BillingError::NotOffered`].
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
    async fn verify(&self, _call: Call, _number: &CustomerNumber, _pin: &Pin) -> Result<ExternalId, BillingError> {
        Err(BillingError::NotOffered(Capability::Customers))
    }

    /// The account with this key.
    async fn account(&self, _call: Call, _account: &ExternalId) -> Result<CustomerAccount, BillingError> {
        Err(BillingError::NotOffered(Capability::Customers))
    }

    /// The account's invoices from `from` on, newest or oldest first as the billing system has them.
    async fn invoices(
        &self,
        _call: Call,
        _account: &ExternalId,
        _from: Option<Period>,
        _cursor: Option<&str>,
    ) -> Result<Part<Invoice>, BillingError> {
        Err(BillingError::NotOffered(Capability::Invoices))
    }

    /// One invoice of the account.
    async fn invoice(
        &self,
        _call: Call,
        _account: &ExternalId,
        _invoice: &ExternalId,
    ) -> Result<Invoice, BillingError> {
        Err(BillingError::NotOffered(Capability::Invoices))
    }

    /// The document of an invoice of the account, in a form by its media type: the PDF is the legal one. A form that
    /// this billing system does not make is [`BillingError::Rejected`].
    async fn document(
        &self,
        _call: Call,
        _account: &ExternalId,
        _invoice: &ExternalId,
        _media_type: &str,
    ) -> Result<Document, BillingError> {
        Err(BillingError::NotOffered(Capability::Documents))
    }

    /// The account card, oldest first.
    async fn ledger(
        &self,
        _call: Call,
        _account: &ExternalId,
        _cursor: Option<&str>,
    ) -> Result<Part<LedgerEntry>, BillingError> {
        Err(BillingError::NotOffered(Capability::Ledger))
    }

    /// What the account owes, per issuer.
    async fn balance(&self, _call: Call, _account: &ExternalId) -> Result<Vec<Balance>, BillingError> {
        Err(BillingError::NotOffered(Capability::Balance))
    }

    /// The readings of a supply point of the account.
    async fn readings(
        &self,
        _call: Call,
        _account: &ExternalId,
        _point: &ExternalId,
        _cursor: Option<&str>,
    ) -> Result<Part<Reading>, BillingError> {
        Err(BillingError::NotOffered(Capability::Readings))
    }

    /// Hands in a reading.
    async fn submit_reading(
        &self,
        _call: Call,
        _account: &ExternalId,
        _reading: &Reading,
        _key: &IdempotencyKey,
    ) -> Result<Receipt, BillingError> {
        Err(BillingError::NotOffered(Capability::Readings))
    }

    /// What became of the reading that was handed in under this key; `None` when it never arrived. The reading comes
    /// along for billing systems that know no keys and can only be searched.
    async fn reading_receipt(
        &self,
        _call: Call,
        _account: &ExternalId,
        _reading: &Reading,
        _key: &IdempotencyKey,
    ) -> Result<Option<Receipt>, BillingError> {
        Err(BillingError::NotOffered(Capability::Readings))
    }

    /// Whether the bill is printed now.
    async fn delivery(&self, _call: Call, _account: &ExternalId) -> Result<PostalChannel, BillingError> {
        Err(BillingError::NotOffered(Capability::Delivery))
    }

    /// Tells whether to print the bill. Twice is the same as once.
    async fn set_delivery(
        &self,
        _call: Call,
        _account: &ExternalId,
        _channel: PostalChannel,
    ) -> Result<Told, BillingError> {
        Err(BillingError::NotOffered(Capability::Delivery))
    }

    /// Passes on a customer's letter and answers its key.
    async fn create_request(
        &self,
        _call: Call,
        _account: &ExternalId,
        _request: &CustomerRequest,
        _key: &IdempotencyKey,
    ) -> Result<ExternalId, BillingError> {
        Err(BillingError::NotOffered(Capability::Requests))
    }

    /// Tells of a payment and answers its key.
    async fn record_payment(
        &self,
        _call: Call,
        _account: &ExternalId,
        _payment: &Payment,
        _key: &IdempotencyKey,
    ) -> Result<ExternalId, BillingError> {
        Err(BillingError::NotOffered(Capability::Payments))
    }

    /// A page of everything that changed since `cursor`, at most `size` records.
    async fn changes(
        &self,
        _call: Call,
        _kind: ChangeKind,
        _cursor: Option<&str>,
        _size: u32,
    ) -> Result<ChangePage, BillingError> {
        Err(BillingError::NotOffered(Capability::Changes))
    }
}

/// An amount that nobody can owe a utility: bounds what a guest may say.
pub const MOST_MINOR_UNITS: i64 = 1_000_000_000_000_000;

/// Whether an amount lies within what the hub believes.
pub fn is_believable(amount: Money) -> bool {
    amount.minor.unsigned_abs() <= MOST_MINOR_UNITS.unsigned_abs()
}
