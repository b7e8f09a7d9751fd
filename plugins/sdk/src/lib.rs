//! What an adapter is written with: the contract's types and interfaces, and the few things that every billing system
//! needs and that are easy to get wrong.
//!
//! An adapter is a small crate of mapping code. It implements one trait per capability on a type of its own and exports
//! them; what it exports is what its utility can do:
//!
//! ```
//! use komunala_adapter_sdk::{
//!     Error,
//!     customers::{Account, Customers, Verified},
//! };
//!
//! struct Waterworks;
//!
//! impl Customers for Waterworks {
//!     fn verify(customer_number: String, pin: String) -> Result<Verified, Error> {
//!         if pin.len() == 4 { Ok(Verified { account: customer_number }) } else { Err(Error::BadCredentials) }
//!     }
//!     fn get_account(_account: String) -> Result<Account, Error> {
//!         Err(Error::NotFound)
//!     }
//! }
//!
//! komunala_adapter_sdk::export!(Waterworks: customers);
//! ```
//!
//! - [`settings`]: the operator's settings, as typed values or an [`Error::Config`] that names the variable.
//! - [`http`]: requests to the billing system, their failures sorted into "did not happen" and "may have happened".
//! - [`Fingerprint`]: names for rows that have none.
//! - [`xml`]: documents read within bounds, whole or as a stream, and written with every value escaped.
//! - [`types`]: [`Date`], [`Period`], [`Decimal`] and minor units, read from text and never through a float.
//!
//! The crate knows the contract and WASI; it must know neither the hub nor any billing system. On other targets than
//! `wasm32-wasip2` everything compiles and maps, but nothing is exported and [`http::Wasi`] reaches nobody: adapters are
//! written against [`http::Transport`], so their mapping runs natively in tests and benches; [`http::Recorded`] answers them
//! there.

mod amount;
pub mod bindings;
mod capabilities;
mod date;
mod decimal;
mod document;
mod error;
mod export;
mod fingerprint;
pub mod http;
mod instant;
mod list;
mod premises;
pub mod settings;
mod text;
pub mod xml;

pub use amount::{AmountError, exponent, format_minor_units, minor_units};
pub use bindings::types;
pub use capabilities::{
    account_types, balance, changes, customers, delivery, documents, files, intervals, invoice_types, invoices, ledger,
    outages, payments, reading_types, readings, requests,
};
pub use date::DateError;
pub use decimal::DecimalError;
pub use fingerprint::Fingerprint;
pub use instant::InstantError;
pub use list::distinct;
pub use types::{Date, Decimal, Error, FieldViolation, Period, Quantity};
