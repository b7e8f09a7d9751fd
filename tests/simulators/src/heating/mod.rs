//! The billing system behind a unified bill (heating, water, housing): folders of nightly files.
//!
//! Nothing listens here. [`HeatingExchange`] writes what the billing system would have left in `out/` over night, and
//! answers in `ack/` what it found in `in/`. Everything about a customer is a function of the seed and the customer's
//! place, so files of any size are written with the memory of one row.
//!
//! - `customer`, `kind`, `name`, `bill`, `line`, `payment`: who there is and what they are billed.
//! - `record`, `rows`, `csv`, `sealed`: fixed-width rows, files of rows, and files that count once their `.ok` stands beside them.
//! - `customer_file`, `bill_files`, `payment_file`, `archive`: the files of a night.
//! - `night`, `flaw`, `exchange`, `answer`: which night, what is wrong with it, and where it goes.

mod answer;
mod archive;
mod bill;
mod bill_files;
mod csv;
mod customer;
mod customer_file;
mod exchange;
mod flaw;
mod kind;
mod line;
mod name;
mod night;
mod payment;
mod payment_file;
mod record;
mod rows;
mod sealed;

pub use answer::Answering;
pub use bill::Bill;
pub use customer::{Customer, Population};
pub use exchange::HeatingExchange;
pub use flaw::{Flaw, Flaws};
pub use kind::Kind;
pub use line::Line;
pub use night::{Customers, FileKind, Night, Renewal};
