//! The adapter of electricity distributors whose billing system speaks REST: JSON for master data and bills, JSON,
//! IEC 61968-9 or ESPI for readings.
//!
//! It knows that billing system and the contract, and must know nothing of the hub. Requests go out plain: the hub puts
//! the token into their header. `adapter.toml` lists the settings.
//!
//! A capability is one file that asks and answers ([`BillingSystem`] has its methods):
//!
//! - **Identity.** There is nothing that a payer's points could be looked up by later, so an account's id names the
//!   payer and the points ([`AccountKey`]), and an invoice's id names its account as well.
//! - **Readings** come in one of three [`Format`]s, and all of them are read into the same blocks.
//! - **Series.** A request covers at most 400 days; quarter-hours are asked for 90 days at a time, so that one answer
//!   stays small, and a cursor leads from one piece to the next.
//! - **Quality.** No code means valid. What a code does not say for certain is questionable, and codes are passed on.
//! - **Refusals** become errors of the contract by status and code; the billing system's own messages stay behind,
//!   because they may name customers.
//! - **A write whose answer was lost** is looked up by its idempotency key.

mod account;
mod account_key;
mod billing;
mod customers;
mod documents;
mod format;
mod intervals;
mod invoice;
mod invoices;
mod metering;
mod outages;
mod quality;
mod reading_type;
mod readings;
mod receipt;
mod refusal;
mod settings;
mod text;

pub use account_key::AccountKey;
pub use billing::BillingSystem;
pub use format::Format;
pub use settings::Settings;

/// The adapter: the billing system that the environment names, reached through the sandbox.
#[derive(Debug)]
pub struct Electricity;

komunala_adapter_sdk::export!(Electricity: customers, invoices, documents, readings, intervals, outages);
