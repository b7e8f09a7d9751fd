//! Reading types of IEC 61968-9, of which this billing system has eight.

use komunala_adapter_sdk::intervals::{Direction, Measure, Selection};

use crate::account::{HIGH, LOW, TOTAL};

/// Seconds of a quarter-hour.
pub(crate) const QUARTER_HOUR: u32 = 900;

/// What a series is a series of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ReadingType {
    pub(crate) measure: Measure,
    pub(crate) direction: Direction,
    pub(crate) register: &'static str,
}

impl ReadingType {
    /// The types of a selection: quarter-hours have one register, states have one per tariff and their total.
    pub(crate) fn of(selection: Selection) -> Vec<Self> {
        let registers: &[_] = match selection.measure {
            Measure::Amount => &[TOTAL],
            Measure::State => &[TOTAL, HIGH, LOW],
        };
        let (measure, direction) = (selection.measure, selection.direction);
        registers.iter().map(|register| Self { measure, direction, register }).collect()
    }

    /// The consumed state of a register, which is what customers read off.
    pub(crate) fn state(register: &str) -> Option<Self> {
        let selection = Selection { measure: Measure::State, direction: Direction::Consumed };
        Self::of(selection).into_iter().find(|kind| kind.register == register)
    }

    /// The type that a code stands for, if it is one of these.
    pub(crate) fn parse(code: &str) -> Option<Self> {
        let selections = [
            (Measure::Amount, Direction::Consumed),
            (Measure::Amount, Direction::Produced),
            (Measure::State, Direction::Consumed),
            (Measure::State, Direction::Produced),
        ];
        let all = selections.into_iter().flat_map(|(measure, direction)| Self::of(Selection { measure, direction }));
        all.into_iter().find(|kind| kind.code() == code)
    }

    /// Its eighteen numbers.
    pub(crate) fn code(self) -> String {
        let (period, accumulation) = match self.measure {
            Measure::Amount => (2, 4),
            Measure::State => (4, 1),
        };
        let direction = match self.direction {
            Direction::Consumed => 1,
            Direction::Produced => 19,
        };
        let tariff = match self.register {
            HIGH => 1,
            LOW => 2,
            _ => 0,
        };
        format!("32.0.{period}.{accumulation}.{direction}.2.12.0.0.0.0.{tariff}.0.0.0.3.72.0")
    }

    /// How long each of its values takes, in seconds.
    pub(crate) fn length(self) -> u32 {
        match self.measure {
            Measure::Amount => QUARTER_HOUR,
            Measure::State => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_codes_are_those_of_the_description() {
        let code = |measure, direction| -> Vec<String> {
            ReadingType::of(Selection { measure, direction }).into_iter().map(ReadingType::code).collect()
        };
        assert_eq!(code(Measure::Amount, Direction::Consumed), ["32.0.2.4.1.2.12.0.0.0.0.0.0.0.0.3.72.0"]);
        assert_eq!(
            code(Measure::State, Direction::Consumed),
            [
                "32.0.4.1.1.2.12.0.0.0.0.0.0.0.0.3.72.0",
                "32.0.4.1.1.2.12.0.0.0.0.1.0.0.0.3.72.0",
                "32.0.4.1.1.2.12.0.0.0.0.2.0.0.0.3.72.0"
            ]
        );
        assert_eq!(code(Measure::Amount, Direction::Produced), ["32.0.2.4.19.2.12.0.0.0.0.0.0.0.0.3.72.0"]);
    }

    #[test]
    fn a_code_reads_back_and_another_one_is_none() {
        for kind in ReadingType::of(Selection { measure: Measure::State, direction: Direction::Produced }) {
            assert_eq!(ReadingType::parse(&kind.code()), Some(kind));
        }
        assert_eq!(ReadingType::parse("0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.3.72.0"), None);
    }
}
