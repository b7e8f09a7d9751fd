//! Benches: programs with a report.
//!
//! Each measures the hub beside a floor in the same run and prints ratios. Machines differ and are noisy, so none of
//! them is a test. What several of them measure with stands here.

pub mod database;
pub mod mail_room;
pub mod mails;
pub mod memory;
pub mod process;
pub mod sample;
pub mod town;
pub mod unified_bill;
