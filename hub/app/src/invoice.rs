//! Invoices, their documents and payment codes, the account card and the balance: all out of the hub's copy.

mod balance;
mod document;
mod ledger;
mod list;
mod payment_code;
mod relief;
mod upcoming;

pub use balance::Balances;
pub use document::InvoiceDocument;
pub(crate) use payment_code::not_payable;
pub use payment_code::{DrawnCode, WantedCode};
pub use upcoming::UpcomingInvoice;
