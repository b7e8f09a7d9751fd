//! Keeping the hub's copies without being asked: what changed in a billing system is taken in by whichever way it has.
//!
//! One pipeline for all of them, per provider and by what its adapter exports:
//!
//! | exports | way | place |
//! |---|---|---|
//! | `changes` | pages by cursor, each kept with the cursor behind it | `feed/changes.rs` |
//! | `files` | files in their order, portion by portion | `books/` |
//! | neither | linked accounts asked one by one, the oldest copies first | `feed/accounts.rs` |
//!
//! One replica at a time does each work (`feed/turn.rs`); whatever is killed between two lines goes on where the last
//! transaction ended. What cannot be taken in is a problem for the operator and holds nothing else up.

mod accounts;
mod changes;
mod outages;
mod problems;
mod report;
mod settings;
mod sweep;
mod turn;

pub use report::FeedReport;
pub use settings::FeedSettings;

pub(crate) use changes::KINDS;
pub(crate) use problems::{of_bad_record, of_refusal};
