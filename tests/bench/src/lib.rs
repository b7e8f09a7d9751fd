//! Benches: programs with a report.
//!
//! Each measures the hub beside a floor in the same run and prints ratios. Machines differ and are noisy, so none of
//! them is a test. What several of them measure with stands here.

pub mod memory;
pub mod sample;
pub mod unified_bill;
