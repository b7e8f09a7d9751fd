//! Meters and their readings.

mod check;
mod intervals;
mod list;
mod meters;
mod settle;
mod submit;

pub use check::{TakenReading, WindowNow};
pub use intervals::{IntervalItem, ListIntervals};
pub use meters::MeterInPlace;
pub use submit::{SubmitReading, Submitted};
