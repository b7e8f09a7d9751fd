//! The three formats that readings come in. Whatever the format, they become the same [`Block`]s.

mod espi;
mod espi_feed;
mod iec;
mod json;

use std::str::FromStr;

use komunala_adapter_sdk::{
    Decimal, Error,
    intervals::{Direction, Measure, Quality},
    types::Instant,
    xml::Limits,
};

/// What a day of quarter-hours takes in the wordiest format, some 90 times.
const XML: Limits = Limits { input: 16 << 20, depth: 16, elements: 400_000, attributes: 32, name: 128, text: 8 << 10 };

/// A format that readings are asked for in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// `application/json`.
    Json,
    /// `application/xml`: IEC 61968-9 `MeterReadings`.
    Iec,
    /// `application/atom+xml`: ESPI, which is Green Button.
    Espi,
}

impl Format {
    /// What a text has to be to name one.
    pub(crate) const EXPECTED: &'static str = "application/json, application/xml or application/atom+xml";

    /// Its media type.
    #[must_use]
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Iec => "application/xml",
            Self::Espi => "application/atom+xml",
        }
    }

    /// Reads what came for a metering point.
    pub(crate) fn read(self, body: &[u8], point: &str) -> Result<Vec<Block>, Error> {
        match self {
            Self::Json => json::read(body, point),
            Self::Iec => iec::read(body, point),
            Self::Espi => Ok(espi::read(body)?),
        }
    }
}

impl FromStr for Format {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let known = [Self::Json, Self::Iec, Self::Espi].into_iter().find(|format| format.media_type() == text);
        known.ok_or_else(|| Error::config(format_args!("not {}", Self::EXPECTED)))
    }
}

/// Readings of one type of one meter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Block {
    pub(crate) measure: Measure,
    pub(crate) direction: Direction,
    pub(crate) register: String,
    pub(crate) meter: MeterName,
    /// of one amount, in seconds; 0 for states
    pub(crate) length: u32,
    pub(crate) values: Vec<Value>,
}

/// What a format says of the meter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum MeterName {
    Serial(String),
    /// no serial number, but something that keeps meters apart
    Unnamed(String),
}

/// A reading in kWh.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Value {
    pub(crate) end: Instant,
    pub(crate) value: Decimal,
    pub(crate) quality: Quality,
    pub(crate) codes: Vec<String>,
}

/// Whether readings are of the metering point that was asked for. Where it is named by its GSRN, which is longer than any
/// number, that has to be believed.
fn check_point(named: &str, asked: &str) -> Result<(), Error> {
    let is_gsrn = named.len() == 18 && named.bytes().all(|byte| byte.is_ascii_digit());
    if named == asked || is_gsrn { Ok(()) } else { Err(Error::upstream("readings of a point that was not asked for")) }
}
