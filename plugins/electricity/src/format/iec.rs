//! Readings as IEC 61968-9 `MeterReadings`. Meter and usage point may stand before or behind the readings.

use komunala_adapter_sdk::{
    Decimal, Error,
    types::Instant,
    xml::{Element, Reader, Tag, XmlError},
};

use super::{Block, MeterName, Value, XML, check_point};
use crate::{quality, reading_type::ReadingType};

const NAMESPACE: &str = "http://iec.ch/TC57/2011/MeterReadings#";

/// Reads what was answered for a metering point.
pub(super) fn read(body: &[u8], point: &str) -> Result<Vec<Block>, Error> {
    let mut reader = Reader::new(body, &XML);
    let root = reader.root()?;
    if !root.is(NAMESPACE, "MeterReadings") {
        return Err(Error::upstream("XML that is no MeterReadings of IEC 61968-9"));
    }
    reader.enter(root);
    let mut blocks = Vec::new();
    while let Some(child) = reader.child()? {
        if child.is(NAMESPACE, "MeterReading") {
            blocks.extend(meter_reading(&mut reader, child, point)?);
        }
    }
    reader.finish()?;
    Ok(blocks)
}

fn meter_reading(reader: &mut Reader<&[u8]>, tag: Tag, point: &str) -> Result<Vec<Block>, Error> {
    reader.enter(tag);
    let (mut blocks, mut meter) = (Vec::new(), None);
    while let Some(child) = reader.child()? {
        match child.local() {
            "IntervalBlocks" => blocks.push(interval_block(reader, child)?),
            "Meter" => meter = name_in(&reader.element(child)?),
            "UsagePoint" => {
                if let Some(name) = name_in(&reader.element(child)?) {
                    check_point(&name, point)?;
                }
            }
            _ => {}
        }
    }
    let meter = meter.ok_or_else(|| Error::upstream("readings without a meter"))?;
    for block in &mut blocks {
        block.meter = MeterName::Serial(meter.clone());
    }
    Ok(blocks)
}

/// `Names/name`.
fn name_in(element: &Element) -> Option<String> {
    element.child("Names")?.value_of("name").map(str::to_owned)
}

fn interval_block(reader: &mut Reader<&[u8]>, tag: Tag) -> Result<Block, Error> {
    reader.enter(tag);
    let (mut kind, mut values) = (None, Vec::new());
    while let Some(child) = reader.child()? {
        match child.local() {
            "IntervalReadings" => values.push(value(&reader.element(child)?)?),
            "ReadingType" => kind = child.attribute("ref").and_then(ReadingType::parse),
            _ => {}
        }
    }
    let kind = kind.ok_or_else(|| Error::upstream("readings of a type that was not asked for"))?;
    Ok(Block {
        measure: kind.measure,
        direction: kind.direction,
        register: kind.register.to_owned(),
        // known at the end of what is around it
        meter: MeterName::Unnamed(String::new()),
        length: kind.length(),
        values,
    })
}

fn value(reading: &Element) -> Result<Value, XmlError> {
    let codes =
        reading.all("ReadingQualities").filter_map(|quality| quality.child("ReadingQualityType")?.attribute("ref"));
    let (quality, codes) = quality::of_iec(codes);
    Ok(Value {
        end: reading.require_parsed("timeStamp", "a moment with an offset", str::parse::<Instant>)?,
        value: reading.require_parsed("value", "a decimal number", str::parse::<Decimal>)?,
        quality,
        codes,
    })
}
