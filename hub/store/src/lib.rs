//! The database and the documents of the hub.
//!
//! **Knows** the ports of `komunala_app`, sea-orm, the schema of `komunala_migrations`, and object storage. With the
//! migrations it is the only crate that knows sea-orm, and the only one that knows object_store.
//! **Must not know** use cases, gRPC, adapters or mail: it does what a port says, in one transaction.
//!
//! SQLite is the embedded default (one writer, many readers), PostgreSQL what several replicas share; entities,
//! statements and tests are the same. Every statement names its tenant, and on PostgreSQL row-level security stands
//! behind that.
//!
//! Personal data stands in few columns, so that it can be encrypted per subject: `users.email`, `users.person`,
//! `messages.recipient`; and what billing systems say of customers in `accounts.copy`, `accounts.balances`,
//! `invoices.content`, `ledger_entries.content`, `readings.content` and `interval_days.content`. What came in files is
//! sealed before it gets here.

mod accounts;
mod applied;
mod attempts;
mod challenges;
mod columns;
mod components;
mod connect;
mod consents;
mod copies;
mod database;
mod documents;
mod entities;
mod feeds;
mod imports;
mod intervals;
mod outages;
mod outbox;
mod problems;
mod readings;
mod requests;
mod sessions;
mod settings;
mod store;
mod sweeps;
mod turns;
mod users;
mod verifications;

pub use connect::ConnectError;
pub use settings::{DatabaseUrl, StoreSettings};
pub use store::Store;
