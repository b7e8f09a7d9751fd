//! A meter reading as the billing system has it.

use komunala_adapter_sdk::{
    Date, Decimal,
    reading_types::{Reading, ReadingSource, RegisterValue},
};
use serde::Deserialize;

use crate::account::REGISTER;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WireReading {
    pub(crate) point_id: String,
    serial: String,
    read_on: Date,
    value: Decimal,
    source: Option<String>,
}

impl WireReading {
    /// What tells readings apart: a swap gives two serials on one day.
    pub(crate) fn key(&self) -> (&str, &str, (u16, u8, u8)) {
        (&self.point_id, &self.serial, (self.read_on.year, self.read_on.month, self.read_on.day))
    }
}

impl From<WireReading> for Reading {
    fn from(wire: WireReading) -> Self {
        Self {
            supply_point: wire.point_id,
            meter: wire.serial,
            date: wire.read_on,
            registers: vec![RegisterValue { code: REGISTER.to_owned(), value: wire.value }],
            source: match wire.source.as_deref() {
                Some("CUSTOMER") => ReadingSource::Customer,
                Some("OPERATOR") => ReadingSource::Operator,
                Some("ESTIMATE") => ReadingSource::Estimate,
                _ => ReadingSource::Other,
            },
        }
    }
}
