//! Files that a billing system and the hub exchange, as the adapter reads and writes them.

use async_trait::async_trait;
use jiff::civil::Date;
use komunala_domain::{CustomerAccount, Document, ExternalId, Invoice, Money, PostalChannel, invoice::InvoiceLine};

use super::{BillingError, Call, billing::BadRecord};

/// What a file tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FileContent {
    /// Customers and what proves them.
    Customers,
    /// Bills and their lines.
    Invoices,
    /// Payments.
    Payments,
    /// What became of the hub's own writes.
    Acknowledgements,
}

/// A file that is complete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedFile {
    /// Its name.
    pub id: ExternalId,
    /// What it tells of.
    pub content: FileContent,
    /// Its place: rows of a lower one never replace those of a higher one. At most `i64::MAX`.
    pub sequence: u64,
    /// Another one whenever the file was sent again.
    pub fingerprint: String,
    /// It tells of everybody: who is missing is closed.
    pub is_full: bool,
    /// Its length in bytes.
    pub size: u64,
}

/// A page of the files that are complete, in the order they count.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FilePage {
    /// The files.
    pub files: Vec<ListedFile>,
    /// What holds others back.
    pub problems: Vec<BadRecord>,
    /// Where the next page begins; `None` at the end.
    pub next: Option<String>,
}

/// How a PIN is checked without being known.
#[derive(Clone, PartialEq, Eq)]
pub struct PinVerifier {
    /// How the hash was made.
    pub scheme: VerifierScheme,
    /// What goes into the hash before the PIN, at most 64 bytes.
    pub salt: Vec<u8>,
    /// The hash.
    pub hash: Vec<u8>,
}

/// A PIN of four digits is found from its hash in no time: it is as secret as the PIN.
impl std::fmt::Debug for PinVerifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PinVerifier(…)")
    }
}

/// How a PIN's hash was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VerifierScheme {
    /// SHA-256 of the salt followed by the PIN.
    Sha256SaltPin,
}

/// A customer as a file tells of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedCustomer {
    /// The account.
    pub account: CustomerAccount,
    /// What proves it; `None`: nobody can.
    pub pin: Option<PinVerifier>,
    /// How the billing system sends the bill, where it says.
    pub delivery: Option<PostalChannel>,
}

/// A bill as a file tells of it; its lines may stand in rows of their own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedBill {
    /// Whose it is.
    pub account: ExternalId,
    /// The bill.
    pub invoice: Invoice,
    /// Where its document lies, in the adapter's notation; `None` where it has none.
    pub document: Option<String>,
}

/// A payment as a file tells of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedPayment {
    /// The billing system's key.
    pub id: ExternalId,
    /// Whose it is.
    pub account: ExternalId,
    /// The day it was booked.
    pub date: Date,
    /// What was paid; below zero where it was taken back.
    pub amount: Money,
    /// The reference that was paid to.
    pub reference: Option<String>,
    /// How it was paid, in the billing system's words.
    pub channel: Option<String>,
}

/// The billing system's answer to one of the hub's writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acknowledgement {
    /// What was written.
    pub write: AcknowledgedWrite,
    /// Why it was refused, in the billing system's code; `None`: it was taken over.
    pub refused: Option<String>,
    /// The day of the answer.
    pub date: Date,
}

/// A write of the hub that was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AcknowledgedWrite {
    /// How an account's bill is delivered.
    Delivery(ExternalId, PostalChannel),
    /// A customer's letter, by its key.
    Request(String),
}

/// A row of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileRow {
    /// A customer.
    Customer(Box<ListedCustomer>),
    /// A bill.
    Bill(Box<ListedBill>),
    /// Lines of a bill of the same file, in its order.
    Lines(ExternalId, Vec<InvoiceLine>),
    /// A payment.
    Payment(Box<ListedPayment>),
    /// An answer to a write.
    Acknowledgement(Acknowledgement),
}

/// A portion of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Portion {
    /// Its rows; equal ones are one.
    pub rows: Vec<FileRow>,
    /// Rows that were put aside.
    pub problems: Vec<BadRecord>,
    /// Where the next portion begins; `None` at the end of the file.
    pub next: Option<String>,
}

/// What was handed over to the billing system.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HandOver {
    /// The rows of all files that were closed.
    pub rows: u64,
    /// How many files were handed over again, for want of an answer.
    pub again: u64,
    /// What got no answer in time, among others.
    pub problems: Vec<BadRecord>,
}

/// A billing system that exchanges files and can be asked nothing. What comes back was checked like every answer.
#[async_trait]
pub trait FileExchange: Send + Sync {
    /// The files that are complete, in the order they count.
    async fn list_files(&self, call: Call, since: Option<&str>, size: u32) -> Result<FilePage, BillingError>;

    /// A portion of at most `size` rows. Without `since` the whole file is checked first.
    ///
    /// # Errors
    /// [`BillingError::Rejected`] for a file that does not fit, [`BillingError::Conflict`] for one that was sent again
    /// meanwhile.
    async fn read_file(
        &self,
        call: Call,
        file: &ListedFile,
        since: Option<&str>,
        size: u32,
    ) -> Result<Portion, BillingError>;

    /// The document of a bill, from the place that the bill named.
    async fn read_document(&self, call: Call, invoice: &ExternalId, place: &str) -> Result<Document, BillingError>;

    /// Closes what was written for the billing system and hands it over.
    async fn hand_over(&self, call: Call) -> Result<HandOver, BillingError>;
}
