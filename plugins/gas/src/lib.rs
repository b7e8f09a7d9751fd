//! The adapter of gas utilities whose billing system speaks REST and JSON.
//!
//! It knows that billing system and the contract, and must know nothing of the hub. Requests go out plain: the hub obtains
//! the OAuth2 token, puts it in, and repeats a call whose token had run out. `adapter.toml` lists the settings.
//!
//! A capability is one file that asks and answers ([`BillingSystem`] has its methods); what is shared stands in
//! `account`, `invoice` and `reading`, each a form of the billing system beside its mapping:
//!
//! - **Identity.** Invoices are told apart by their number, readings by point, serial and day, rows of the account card by
//!   all their fields. What recurs on a page is taken once.
//! - **Numbers** are texts with a point. Amounts become minor units by the exponent of their currency, and one that the
//!   currency cannot express is an error, never rounded.
//! - **Refusals** become errors of the contract by status and code; the billing system's own messages stay behind, because
//!   they may name customers.
//! - **A write whose answer was lost** is looked up by its idempotency key where there are receipts, and otherwise
//!   `outcome-unknown`.
//! - **Two issuers** behind one account, privileges and subsidies are passed on wherever the data have them.

mod account;
mod balance;
mod billing;
mod changes;
mod customers;
mod delivery;
mod documents;
mod feed;
mod invoice;
mod invoices;
mod ledger;
mod paging;
mod payments;
mod reading;
mod readings;
mod receipt;
mod refusal;
mod requests;
mod settings;
mod text;

pub use billing::BillingSystem;
pub use settings::Settings;

/// The adapter: the billing system that the environment names, reached through the sandbox.
#[derive(Debug)]
pub struct Gas;

komunala_adapter_sdk::export!(Gas: 
    customers, invoices, documents, ledger, balance, readings, delivery, requests, payments, changes);
