//! Invoices, their documents, the account card and the balance: all out of the hub's copy.

mod balance;
mod document;
mod ledger;
mod list;
mod relief;
mod upcoming;

pub use balance::Balances;
pub use document::InvoiceDocument;
pub use upcoming::UpcomingInvoice;
