//! What is known of the registers of a supply point: the readings that count, of all meters it has had.

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::{Reading, ReadingSource};
use crate::{
    Meter,
    consumption::{StateRead, Stretch, between_states},
};

/// The readings of a supply point that somebody took, or the meter itself. What was only estimated says nothing of what a
/// meter shows, and is left out.
#[derive(Debug, Clone, Default)]
pub struct History {
    /// By day, the earliest first.
    readings: Vec<Reading>,
}

/// What a register showed on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shown {
    /// The day.
    pub date: Date,
    /// The state.
    pub value: Decimal,
}

impl History {
    /// The history out of readings in any order; refused ones are the caller's to leave out. Of several on one day the
    /// first of `readings` counts.
    pub fn of(readings: impl IntoIterator<Item = Reading>) -> Self {
        let read = |reading: &Reading| reading.source != ReadingSource::Estimate;
        let mut readings: Vec<_> = readings.into_iter().filter(read).collect();
        // stable: those of one day stay in their order
        readings.sort_by_key(|reading| reading.date);
        Self { readings }
    }

    /// What a register of a meter showed last before a day.
    pub fn before(&self, serial_number: &str, register: &str, day: Date) -> Option<Shown> {
        let mut shown: Option<Shown> = None;
        for earlier in self.states(serial_number, register).take_while(|state| state.date < day) {
            // of several on one day the first counts
            if shown.is_none_or(|shown| shown.date < earlier.date) {
                shown = Some(earlier);
            }
        }
        shown
    }

    /// What a register of a meter showed first after a day.
    pub fn after(&self, serial_number: &str, register: &str, day: Date) -> Option<Shown> {
        self.states(serial_number, register).find(|state| state.date > day)
    }

    /// The day on which a meter took another one's place at the supply point: its first reading, where another meter's
    /// last one is not later. `None` for a meter that was there first, or stands beside others.
    pub fn in_place_since(&self, serial_number: &str) -> Option<Date> {
        let first = self.of_meter(serial_number).next()?.date;
        self.predecessors(serial_number, first).next().map(|_| first)
    }

    /// What was used between the readings of a meter, and of those whose place it took.
    pub(super) fn stretches(&self, meter: &Meter) -> Vec<Stretch> {
        let serial = meter.serial_number.as_str();
        let mut line = vec![serial];
        if let Some(first) = self.of_meter(serial).next() {
            line.extend(self.predecessors(serial, first.date));
        }
        let readings = self.readings.iter().filter(|reading| line.contains(&reading.serial_number.as_str()));
        between_states(readings.flat_map(StateRead::all_of), std::slice::from_ref(meter))
    }

    /// The meters that were read for the last time not after the day on which another one was read first.
    fn predecessors<'a>(&'a self, serial_number: &'a str, first: Date) -> impl Iterator<Item = &'a str> {
        let others = self.readings.iter().map(|reading| reading.serial_number.as_str());
        let mut seen = vec![serial_number];
        others.filter(move |other| {
            let is_new = !seen.contains(other);
            if is_new {
                seen.push(other);
            }
            is_new && self.of_meter(other).all(|reading| reading.date <= first)
        })
    }

    fn of_meter<'a>(&'a self, serial_number: &'a str) -> impl Iterator<Item = &'a Reading> {
        self.readings.iter().filter(move |reading| reading.serial_number == serial_number)
    }

    fn states<'a>(&'a self, serial_number: &'a str, register: &'a str) -> impl Iterator<Item = Shown> + 'a {
        self.of_meter(serial_number).flat_map(move |reading| {
            let own = reading.registers.iter().filter(move |state| state.code == register);
            own.map(|state| Shown { date: reading.date, value: state.value })
        })
    }
}
