//! The adapter of unified bills (heating, water, housing) whose billing system exchanges nightly files.
//!
//! It knows those files and the contract, and must know nothing of the hub. Three folders are granted: `/out` and `/ack`,
//! which it reads, and `/in`, which it writes. `adapter.toml` lists them and the settings.
//!
//! - **What counts.** A file counts once its `.ok` stands beside it. `listing` puts files in order by day and number and
//!   holds back what stands behind a gap; bills and their lines (`RAC`, `STV`) are one file of the contract.
//! - **Whole or not at all.** The first call on a file reads all of it (`check`): size and digest, code page, width, line
//!   ends, head, trailer, and that every bill is the sum of its lines (`tally`). What does not fit refuses the file whole,
//!   with the line it is about. Later calls read on from a byte offset.
//! - **Archives** are refused whole as well, where a document is taken out of one whose `.ok` says another digest; of those
//!   over 256 MiB the size and the checksum of the entry have to do.
//! - **A row that cannot be understood** is put aside with a problem. So is a bill that does not come to the sum of its
//!   lines, with its lines; where there are too many of those, the file is refused.
//! - **Memory does not grow with a file.** Rows are read through one buffer, and the check of the sums keeps a fixed
//!   number of fingerprints whatever the order of the lines.
//! - **Blank is unknown, zero is zero**, and a name that was cut off in the middle of a letter stays as it was cut.
//! - **Writes** are rows of a file in `/in` that is still open; `hand-over` closes it. What got no answer in three days is
//!   handed over again.

mod acknowledgement;
mod archive;
mod bill;
mod bill_line;
mod check;
mod code_page;
mod columns;
mod cursor;
mod customer;
mod delivery;
mod documents;
mod exchange;
mod file_name;
mod files;
mod folders;
mod hand_over;
mod lines;
mod listing;
mod outbox;
mod payment;
mod portion;
mod requests;
mod seal;
mod settings;
mod source;
mod tally;
mod transliteration;
mod verdict;

pub use exchange::Exchange;
pub use folders::Folders;
pub use settings::Settings;

/// The adapter: the exchange whose folders and settings were granted.
#[derive(Debug)]
pub struct Heating;

komunala_adapter_sdk::export!(Heating: files, delivery, requests);
