//! Consumption between the states that a register showed.

use std::collections::BTreeMap;

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::Stretch;
use crate::{
    Meter,
    reading::{Reading, ReadingSource, rules::used_between},
};

/// What a register showed on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateRead {
    /// The meter's serial number.
    pub serial_number: String,
    /// The register's code.
    pub register: String,
    /// The day.
    pub date: Date,
    /// The state.
    pub value: Decimal,
    /// Whether nobody read it.
    pub is_estimated: bool,
}

impl StateRead {
    /// The states of a reading.
    pub fn all_of(reading: &Reading) -> impl Iterator<Item = Self> {
        reading.registers.iter().map(|state| Self {
            serial_number: reading.serial_number.clone(),
            register: state.code.clone(),
            date: reading.date,
            value: state.value,
            is_estimated: reading.source == ReadingSource::Estimate,
        })
    }

    /// The day at whose beginning the register showed it. Who closes a month reads on its last day or on the first one of
    /// the next; both mean the border between them.
    fn stands_for(&self) -> Date {
        match self.date.tomorrow() {
            Ok(next) if self.date == self.date.last_of_month() => next,
            _ => self.date,
        }
    }
}

/// What was used between each two states of a register that follow one another. Nothing is said of the time between the
/// last state of a meter and the first one of its successor unless both are of one day, and nothing across a state that
/// is lower than the one before and no rollover.
///
/// `meters` says what is known of meters: digits, units and multipliers. A register of a meter that was taken away counts
/// like the one with its code at the meter that is in place.
pub fn between_states(states: impl IntoIterator<Item = StateRead>, meters: &[Meter]) -> Vec<Stretch> {
    let mut registers: BTreeMap<(String, String), BTreeMap<Date, StateRead>> = BTreeMap::new();
    for state in states {
        let days = registers.entry((state.serial_number.clone(), state.register.clone())).or_default();
        let known = days.get(&state.stands_for());
        // a state that was read counts, and not the one that was estimated for that day; of two, the later one
        let weight = |state: &StateRead| (!state.is_estimated, state.date);
        if known.is_none_or(|known| weight(known) < weight(&state)) {
            days.insert(state.stands_for(), state);
        }
    }
    let mut stretches = Vec::new();
    for ((serial_number, code), days) in registers {
        let Some(meter) = meter_of(meters, &serial_number, &code) else { continue };
        let Some(register) = meter.register(&code) else { continue };
        let days: Vec<_> = days.into_values().collect();
        stretches.extend(days.windows(2).filter_map(|two| {
            let used = used_between(meter, two[0].value, two[1].value)?;
            Some(Stretch {
                register: code.clone(),
                unit: register.unit.clone(),
                first: two[0].stands_for(),
                end: two[1].stands_for(),
                quantity: (used * register.multiplier.unwrap_or(Decimal::ONE)).normalize(),
                is_estimated: two[0].is_estimated || two[1].is_estimated,
            })
        }));
    }
    stretches.sort_by(|one, other| (&one.register, one.first).cmp(&(&other.register, other.first)));
    stretches
}

fn meter_of<'a>(meters: &'a [Meter], serial_number: &str, code: &str) -> Option<&'a Meter> {
    let with_register = || meters.iter().filter(|meter| meter.register(code).is_some());
    with_register().find(|meter| meter.serial_number == serial_number).or_else(|| with_register().next())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::meter::Register;

    fn meter(serial_number: &str) -> Meter {
        let register = |code: &str| Register { code: code.to_owned(), unit: "m3".to_owned(), multiplier: None };
        Meter {
            serial_number: serial_number.to_owned(),
            digits: 5,
            decimals: 0,
            registers: vec![register("TOTAL")],
            verified_until: None,
        }
    }

    fn read(serial_number: &str, date: Date, value: i64) -> StateRead {
        StateRead {
            serial_number: serial_number.to_owned(),
            register: "TOTAL".to_owned(),
            date,
            value: Decimal::from(value),
            is_estimated: false,
        }
    }

    fn used(states: Vec<StateRead>) -> Vec<(Date, Date, i64)> {
        let stretches = between_states(states, &[meter("NEW")]);
        stretches.into_iter().map(|s| (s.first, s.end, s.quantity.try_into().unwrap())).collect()
    }

    #[test]
    fn states_in_any_order_give_what_lies_between_them() {
        let states = vec![
            read("NEW", date(2024, 3, 1), 130),
            read("NEW", date(2024, 1, 1), 100),
            read("NEW", date(2024, 2, 1), 120),
        ];
        let between = [(date(2024, 1, 1), date(2024, 2, 1), 20), (date(2024, 2, 1), date(2024, 3, 1), 10)];
        assert_eq!(used(states), between);
    }

    #[test]
    fn the_last_day_of_a_month_and_the_first_of_the_next_are_one_border() {
        let border = date(2024, 2, 1);
        let end = read("NEW", date(2024, 1, 31), 120);
        let states = vec![read("NEW", date(2023, 12, 31), 100), end.clone(), read("NEW", date(2024, 3, 1), 130)];
        let months = [(date(2024, 1, 1), border, 20), (border, date(2024, 3, 1), 10)];
        assert_eq!(used(states.clone()), months);
        let twice = states.into_iter().chain([read("NEW", border, 121)]).collect();
        assert_eq!(used(twice), [(date(2024, 1, 1), border, 21), (border, date(2024, 3, 1), 9)]);
    }

    #[test]
    fn a_counter_that_rolled_over_went_on_counting() {
        let states = vec![read("NEW", date(2024, 1, 1), 99_990), read("NEW", date(2024, 2, 1), 12)];
        assert_eq!(used(states), [(date(2024, 1, 1), date(2024, 2, 1), 22)]);
    }

    #[test]
    fn a_state_that_was_set_back_leaves_a_gap_and_no_fantasy() {
        let states = vec![read("NEW", date(2024, 1, 1), 50_000), read("NEW", date(2024, 2, 1), 40_000)];
        assert_eq!(used(states), []);
    }

    #[test]
    fn a_meter_that_was_swapped_ends_where_its_successor_begins() {
        let swap = date(2024, 1, 10);
        let states = vec![
            read("OLD", date(2024, 1, 1), 900),
            read("OLD", swap, 930),
            read("NEW", swap, 5),
            read("NEW", date(2024, 2, 1), 45),
        ];
        assert_eq!(used(states), [(date(2024, 1, 1), swap, 30), (swap, date(2024, 2, 1), 40)]);
    }

    #[test]
    fn what_was_read_counts_and_not_what_was_estimated_for_that_day() {
        let guess = StateRead { is_estimated: true, ..read("NEW", date(2024, 2, 1), 150) };
        let first = read("NEW", date(2024, 1, 1), 100);
        let seen = read("NEW", date(2024, 2, 1), 120);
        for states in [vec![first.clone(), guess.clone(), seen.clone()], vec![first.clone(), seen, guess.clone()]] {
            let stretches = between_states(states, &[meter("NEW")]);
            assert_eq!((stretches[0].quantity, stretches[0].is_estimated), (Decimal::from(20), false));
        }
        assert!(between_states(vec![first, guess], &[meter("NEW")])[0].is_estimated);
    }

    #[test]
    fn a_multiplier_turns_what_is_shown_into_what_was_used() {
        let mut meter = meter("NEW");
        meter.registers[0].multiplier = Some(Decimal::from(40));
        let states = vec![read("NEW", date(2024, 1, 1), 10), read("NEW", date(2024, 2, 1), 12)];
        assert_eq!(between_states(states, &[meter])[0].quantity, Decimal::from(80));
    }
}
