//! What a supply point used: by day, month and heating season, beside the same time a year before.
//!
//! Readings and measured amounts become [`Stretch`]es, time becomes [`Frame`]s, and [`fill`] lays the ones into the
//! others. What nobody measured stays missing; it is never a zero.

mod days;
mod fill;
mod frame;
mod states;
mod usage;

use jiff::civil::Date;
use rust_decimal::Decimal;

pub use days::of_day;
pub use fill::fill;
pub use frame::{Frame, Grain, HeatingSeason, TooManyFrames};
pub use states::{StateRead, between_states};
pub use usage::{RegisterUsage, Usage, UsedBetween};

/// What one register counted over some days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stretch {
    /// The register's code.
    pub register: String,
    /// The unit of the quantity.
    pub unit: String,
    /// The first day.
    pub first: Date,
    /// The day behind the last one.
    pub end: Date,
    /// How much, never below zero.
    pub quantity: Decimal,
    /// Whether something in it was estimated.
    pub is_estimated: bool,
}

/// What one register counted within a frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consumption {
    /// The frame.
    pub frame: Frame,
    /// The register's code.
    pub register: String,
    /// The unit of the quantities.
    pub unit: String,
    /// How much; none where no day of the frame is known.
    pub quantity: Option<Decimal>,
    /// How many of the frame's days the quantity is of.
    pub known_days: u32,
    /// Whether something in it was estimated, or divided among days for want of a reading between them.
    pub is_approximate: bool,
    /// How much in the same frame a year before; none unless all of its days are known.
    pub previous_year: Option<Decimal>,
}

/// Decimal places of a quantity per day.
const PER_DAY: u32 = 3;

impl Consumption {
    /// The mean of the days that are known, to three decimal places: frames of unlike lengths compare by it.
    pub fn per_day(&self) -> Option<Decimal> {
        let known = Decimal::from(self.known_days.max(1));
        self.quantity.map(|quantity| (quantity / known).round_dp(PER_DAY).normalize())
    }

    /// The same of the frame a year before.
    pub fn previous_year_per_day(&self) -> Option<Decimal> {
        let days = Decimal::from(self.frame.year_before()?.days().max(1));
        self.previous_year.map(|quantity| (quantity / days).round_dp(PER_DAY).normalize())
    }
}
