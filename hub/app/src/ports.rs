//! What the use cases need of the world, as traits. The other crates of the hub implement them; the server wires them.
//!
//! A write port is one unit: whatever it names happens in one transaction or not at all. The messages that a write
//! causes and the request id that names it are part of that unit, so a crash between two lines loses nothing.

pub mod accounts;
pub mod address_changes;
pub mod attempts;
pub mod billing;
pub mod clock;
pub mod code_images;
pub mod components;
pub mod condition;
pub mod consents;
pub mod copies;
pub mod documents;
pub mod error;
pub mod feeds;
pub mod files;
pub mod imports;
pub mod intervals;
pub mod letters;
pub mod outages;
pub mod outbox;
pub mod problems;
pub mod readings;
pub mod requests;
pub mod resets;
pub mod sessions;
pub mod settings;
pub mod sweeps;
pub mod turns;
pub mod users;
pub mod verifications;
pub mod workshop;

pub use accounts::Accounts;
pub use address_changes::AddressChanges;
pub use attempts::Attempts;
pub use billing::{BillingError, BillingSystem, Call};
pub use clock::{Clock, SystemClock};
pub use code_images::CodeImages;
pub use components::Components;
pub use condition::Condition;
pub use consents::Consents;
pub use copies::Copies;
pub use documents::Documents;
pub use error::StoreError;
pub use feeds::Feeds;
pub use files::FileExchange;
pub use imports::Imports;
pub use intervals::{IntervalSource, Intervals};
pub use letters::{Compose, Letters};
pub use outages::{OutageSource, Outages};
pub use outbox::Outbox;
pub use problems::Problems;
pub use readings::Readings;
pub use requests::{Requests, WriteKey, Written};
pub use resets::Resets;
pub use sessions::Sessions;
pub use settings::Settings;
pub use sweeps::Sweeps;
pub use turns::Turns;
pub use users::Users;
pub use verifications::Verifications;
pub use workshop::Workshop;
