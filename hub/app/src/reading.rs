//! Meters and their readings.

mod check;
mod export;
pub(crate) mod hand_in;
mod intervals;
mod list;
mod meters;
mod place;
mod settle;
mod statistics;
mod submit;

pub use check::{TakenReading, WindowNow};
pub use export::{ExportConsumption, ExportedFile};
pub use intervals::{IntervalItem, ListIntervals};
pub use meters::MeterInPlace;
pub use statistics::{GetStatistics, Statistics, StatisticsPeriod};
pub use submit::{SubmitReading, Submitted};
