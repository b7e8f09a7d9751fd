//! Readings in the three forms that they are asked for in.

mod espi;
mod iec;
mod json;

use super::moment::Moment;
use super::point::Point;
use super::series::Block;
use crate::amount::Decimal;

/// What is written about a metering point.
pub(super) struct Answer<'a> {
    pub(super) point: Point,
    pub(super) blocks: &'a [Block],
    pub(super) moment: &'a Moment,
}

impl Answer<'_> {
    /// The body in a form by its media type; `None` for another one.
    pub(super) fn write(&self, media_type: &str) -> Option<String> {
        match media_type {
            "application/json" => Some(json::write(self)),
            "application/xml" => Some(iec::write(self)),
            "application/atom+xml" => Some(espi::write(self)),
            _ => None,
        }
    }
}

/// Wh as kWh with three decimals.
fn kilowatt_hours(value: i64) -> String {
    Decimal { scaled: value, decimals: 3 }.to_string()
}
