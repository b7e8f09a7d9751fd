//! The adapter of water and housing utilities whose billing system speaks SOAP 1.1.
//!
//! It knows that billing system and the contract, and must know nothing of the hub. Requests carry a WS-Security token
//! whose password is a placeholder that the hub fills in. `adapter.toml` lists the settings; that calls go one at a time
//! stands there too, and is the hub's to keep.
//!
//! A capability is one file that asks and answers ([`BillingSystem`] has its methods). Beside them stand how a call is put
//! and read (`envelope`, `answer`, `fault`), what its values look like (`value`), and how a long time is asked for in
//! windows (`window`):
//!
//! - **Identity.** An account is its six digits, and so is its one supply point; a meter is its printed number. The
//!   billing system finds a bill only by its customer and its time, so a bill's id is both numbers, `004512:R-2024-07-004512`.
//! - **Numbers** have a decimal comma. Amounts become minor units of the currency that is set, and one that the currency
//!   cannot express is an error, never rounded. Texts in either script, and codes of lines that are new, are passed on.
//! - **Time** is asked for in windows of at most 24 months, as far back as a setting says: there are no pages. A window
//!   whose items do not fit is asked for again with the next page.
//! - **Writes** have no idempotency. A reading is looked for before it is handed in, and an equal one means that it is
//!   there; one whose answer was lost has an unknown outcome, and is looked for again by the hub. Setting the delivery
//!   twice is the same as once.
//! - **Changes** name only customers, of a whole day, in one list of up to 17 MB that is read as a stream and answered as
//!   `touched` accounts. A day is read from its beginning at every round and once more at each of its 100,000 customers:
//!   an operator should not let the hub ask more often than bills may wait, a few times an hour on ordinary days.

mod account;
mod answer;
mod billing;
mod changes;
mod customers;
mod delivery;
mod documents;
mod envelope;
mod fault;
mod invoice;
mod invoices;
mod ledger;
mod reading;
mod readings;
mod settings;
mod value;
mod window;

pub use billing::BillingSystem;
pub use settings::Settings;

/// The adapter: the billing system that the environment names, reached through the sandbox.
#[derive(Debug)]
pub struct Water;

komunala_adapter_sdk::export!(Water:
    customers, invoices, documents, ledger, readings, delivery, changes);
