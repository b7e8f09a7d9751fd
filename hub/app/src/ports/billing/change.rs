//! What the bulk feed of a billing system tells.

use komunala_domain::{CustomerAccount, ExternalId, Invoice, Reading};

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

impl ChangedRecord {
    /// The invoice, where it is one.
    pub fn invoice(&self) -> Option<&Invoice> {
        match self {
            Self::Invoice { invoice, .. } => Some(invoice),
            Self::Account(_) | Self::Reading(_) => None,
        }
    }
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
