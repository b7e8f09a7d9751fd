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
//! What is known of people stands in columns called `sealed`, each under the key of its person, which lies in a key store
//! of its own; addresses are found by keyed hashes. What came in files is sealed before it gets here. Copies of accounts
//! and documents, which name people, are sealed under derived keys; what was billed and metered stands in clear under ids.
//! All of that is the utility's, and goes when nobody is left who linked the account.

mod accounts;
mod applied;
mod attachments;
mod attempts;
mod audit;
mod bill_runs;
mod binding;
mod bounces;
mod challenges;
mod columns;
mod components;
mod connect;
mod consents;
mod copies;
mod database;
mod documents;
mod entities;
mod epoch;
mod exports;
mod feeds;
mod imports;
mod inbox;
mod intervals;
mod messages;
mod notifications;
mod outage_notices;
mod outages;
mod outbox;
mod payments;
mod person_keys;
mod portal_keys;
mod preferences;
mod problems;
mod readings;
mod receipts;
mod requests;
mod sealed;
mod service_requests;
mod sessions;
mod settings;
mod store;
mod subscriptions;
mod sweeps;
mod tenants;
mod turns;
mod users;
mod vault;
mod verifications;

pub use connect::ConnectError;
pub use settings::{DatabaseUrl, KeySettings, StoreSettings};
pub use store::Store;
