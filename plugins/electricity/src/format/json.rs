//! Readings as JSON.

use komunala_adapter_sdk::{Decimal, Error, http::read_json, types::Instant};
use serde::Deserialize;

use super::{Block, MeterName, Value};
use crate::{quality, reading_type::ReadingType};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Readings {
    usage_point: String,
    interval_blocks: Option<Vec<WireBlock>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireBlock {
    reading_type: String,
    stevec: String,
    interval_readings: Option<Vec<WireReading>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireReading {
    timestamp: Instant,
    value: Decimal,
    reading_qualities: Option<Vec<WireQuality>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireQuality {
    reading_quality_type: String,
}

/// Reads what was answered for a metering point.
pub(super) fn read(body: &[u8], point: &str) -> Result<Vec<Block>, Error> {
    let readings: Readings = read_json(body)?;
    super::check_point(&readings.usage_point, point)?;
    readings.interval_blocks.unwrap_or_default().into_iter().map(block).collect()
}

fn block(wire: WireBlock) -> Result<Block, Error> {
    let Some(kind) = ReadingType::parse(&wire.reading_type) else {
        return Err(Error::upstream("readings of a type that was not asked for"));
    };
    let value = |reading: WireReading| {
        let codes = reading.reading_qualities.unwrap_or_default();
        let (quality, codes) = quality::of_iec(codes.iter().map(|quality| quality.reading_quality_type.as_str()));
        Value { end: reading.timestamp, value: reading.value, quality, codes }
    };
    Ok(Block {
        measure: kind.measure,
        direction: kind.direction,
        register: kind.register.to_owned(),
        meter: MeterName::Serial(wire.stevec),
        length: kind.length(),
        values: wire.interval_readings.unwrap_or_default().into_iter().map(value).collect(),
    })
}
