//! Meter readings.

use jiff::civil::Date;

use super::customer::Customer;
use super::meter::{EPOCH, meters};
use super::print::{day, hundredths};
use crate::month::Month;

/// Who read the meter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// The utility's staff.
    Read,
    /// The customer.
    Customer,
}

/// A state of a meter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// The meter's number.
    pub meter: String,
    /// What it showed, in hundredths of a cubic metre.
    pub state: i64,
    /// On which day.
    pub date: Date,
    /// Who says so.
    pub source: Source,
}

/// What staff read, at the end of each month.
pub(super) fn generated(customer: Customer, today: Date) -> Vec<Reading> {
    let meters = meters(customer, today);
    let months = (0..Month::of(today).since(EPOCH)).map(|at| EPOCH.plus(at));
    months
        .flat_map(|month| {
            let read = meters.iter().filter(move |meter| meter.is_read_in(month));
            read.map(move |meter| Reading {
                meter: meter.number.clone(),
                state: meter.state(customer, month),
                date: month.last_day(),
                source: Source::Read,
            })
        })
        .collect()
}

impl Reading {
    /// As it is answered.
    pub(super) fn xml(&self) -> String {
        let source = match self.source {
            Source::Read => "OCITANO",
            Source::Customer => "KUPAC",
        };
        format!(
            "<Ocitavanje><Vodomer>{}</Vodomer><Stanje>{}</Stanje><Datum>{}</Datum><Izvor>{source}</Izvor></Ocitavanje>",
            self.meter,
            hundredths(self.state),
            day(self.date),
        )
    }
}
