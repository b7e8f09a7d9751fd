//! Imported books: a billing system that exchanges files and can be asked nothing is answered for by the hub, out of
//! the rows of its files.
//!
//! - [`exchange`] takes in what is new, file by file, and hands over what was written;
//! - [`take_in`] takes in one file, portion by portion, from wherever it was left;
//! - [`answers`] stands where the billing system would: to the use cases it is one like any other;
//! - [`lapses`] tells whose proof a file of customers puts an end to;
//! - [`keys`] seal every row under a key of its provider, and wrap what checks PINs under a pepper that is in no
//!   database.
//!
//! Which provider has books is decided in one place, [`Hub::offering`](crate::Hub): by what its adapter exports.

mod answers;
mod card;
mod contradictions;
mod exchange;
mod keys;
mod lapses;
mod metering;
mod row;
mod take_in;
mod verifier;

pub(crate) use answers::ImportedBooks;
