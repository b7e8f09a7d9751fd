//! Meters and their readings.

mod intervals;
mod list;
mod meters;
mod settle;
mod submit;

pub use intervals::{IntervalItem, ListIntervals};
pub use meters::MeterInPlace;
pub use submit::{SubmitReading, Submitted};
