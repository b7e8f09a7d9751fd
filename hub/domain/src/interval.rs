//! What a supply point measured, as a series: quarter-hours, days, states of registers.

use jiff::Timestamp;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// Which way it passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Taken from the network.
    Consumed,
    /// Fed into it.
    Produced,
}

/// What a value says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// What passed between two moments.
    Amount,
    /// What a register showed at a moment.
    State,
}

/// How far a value can be relied on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Quality {
    /// Measured.
    Valid,
    /// Estimated.
    Estimated,
    /// Corrected or entered by hand.
    Edited,
    /// Measured while something was wrong: a zero may be no consumption at all.
    Questionable,
}

/// Which of a supply point's series are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Selection {
    /// Amounts or states.
    pub measure: Measure,
    /// Which way.
    pub direction: Direction,
}

/// A stretch of time. Amounts belong to it that end in (first, last], states that lie in [first, last].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Span {
    /// Where it begins.
    pub first: Timestamp,
    /// Where it ends.
    pub last: Timestamp,
}

impl Span {
    /// Whether a value of this measure that ends at `end` belongs to it.
    pub fn holds(&self, measure: Measure, end: Timestamp) -> bool {
        let begun = match measure {
            Measure::Amount => self.first < end,
            Measure::State => self.first <= end,
        };
        begun && end <= self.last
    }
}

/// A value of a series.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IntervalValue {
    /// When it ends; for a state, when the register showed it.
    pub end: Timestamp,
    /// In the series' unit; never below zero.
    pub value: Decimal,
    /// How far it can be relied on.
    pub quality: Quality,
    /// The billing system's own codes of its quality.
    pub codes: Vec<String>,
}

/// Values of one register of one meter, by time, each moment once. What has not arrived is absent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series {
    /// The meter's serial number. A swap gives two series with a state at one moment.
    pub serial_number: String,
    /// The register's code.
    pub register: String,
    /// The unit of the values.
    pub unit: String,
    /// How long each amount took, in seconds; 0 for states.
    pub length: u32,
    /// The values.
    pub values: Vec<IntervalValue>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_belongs_to_where_it_ends_and_a_state_to_both_ends() {
        let second = |second| Timestamp::from_second(second).unwrap();
        let span = Span { first: second(0), last: second(900) };
        let held = |measure| [0, 1, 900, 901].map(|end| span.holds(measure, second(end)));
        assert_eq!(held(Measure::Amount), [false, true, true, false]);
        assert_eq!(held(Measure::State), [true, true, true, false]);
    }
}
