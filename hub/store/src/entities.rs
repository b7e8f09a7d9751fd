//! The rows of the database as sea-orm sees them, one table a file.

#![allow(
    missing_docs,
    unreachable_pub,
    dead_code,
    clippy::wildcard_imports,
    reason = "sea-orm's derives want public types, relations and its prelude; the migrations document the columns"
)]

pub(crate) mod account;
pub(crate) mod applied;
pub(crate) mod attempt;
pub(crate) mod component;
pub(crate) mod consent;
pub(crate) mod copy;
pub(crate) mod invoice;
pub(crate) mod ledger_entry;
pub(crate) mod link;
pub(crate) mod message;
pub(crate) mod meter;
pub(crate) mod reading;
pub(crate) mod request;
pub(crate) mod session;
pub(crate) mod supply_point;
pub(crate) mod user;
pub(crate) mod verification;
