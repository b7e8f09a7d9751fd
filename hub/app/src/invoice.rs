//! Invoices, their documents and payment codes, the account card and the balance: all out of the hub's copy.

mod balance;
pub(crate) mod contradiction;
mod document;
mod fetched;
mod ledger;
mod list;
mod payment_code;
mod relief;
mod sheet;
mod standing;
mod upcoming;

pub use balance::Balances;
pub use document::InvoiceDocument;
pub(crate) use document::has_no_document;
pub use list::WantedInvoices;
pub(crate) use payment_code::not_payable;
pub use payment_code::{DrawnCode, WantedCode};
pub(crate) use sheet::{Copied, write_sheet};
pub use standing::Standing;
pub use upcoming::UpcomingInvoice;
