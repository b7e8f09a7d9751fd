//! A meter reading as the billing system has it.

use komunala_adapter_sdk::{
    Error,
    reading_types::{Reading, ReadingSource, RegisterValue},
    xml::Element,
};

use crate::{
    account::REGISTER,
    value::{date, decimal, position},
};

/// A reading of the account's one supply point.
pub(crate) fn of(row: &Element, account: &str) -> Result<Reading, Error> {
    let value = row.require_parsed("Stanje", "a state", decimal)?;
    Ok(Reading {
        supply_point: account.to_owned(),
        meter: row.require_value("Vodomer")?.to_owned(),
        date: row.require_parsed("Datum", "a date", date)?,
        registers: vec![RegisterValue { code: REGISTER.to_owned(), value }],
        source: match row.value_of("Izvor") {
            Some("OCITANO") => ReadingSource::Operator,
            Some("KUPAC") => ReadingSource::Customer,
            _ => ReadingSource::Other,
        },
    })
}

/// Whether two readings are of the same meter on the same day.
pub(crate) fn same_day(one: &Reading, other: &Reading) -> bool {
    one.meter == other.meter && position(one.date) == position(other.date)
}
