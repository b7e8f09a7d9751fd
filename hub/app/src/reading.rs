//! Meters and their readings.

mod list;
mod meters;
mod settle;
mod submit;

pub use meters::MeterInPlace;
pub use submit::{SubmitReading, Submitted};
