//! Readings as NAESB ESPI, which is what Green Button files are.
//!
//! An entry of a feed is one resource: a `MeterReading` points to its `ReadingType` and to its `IntervalBlock`s, in any
//! order. Only energy in watt-hours is taken, forward or reverse; costs, summaries and other commodities are passed over.

use komunala_adapter_sdk::{
    Decimal,
    intervals::{Direction, Measure},
    types::Instant,
    xml::{Element, XmlError},
};

use super::{
    Block, MeterName, Value,
    espi_feed::{Entry, entries},
};
use crate::{
    account::{HIGH, LOW, TOTAL},
    quality,
};

/// `uom` of watt-hours.
const WATT_HOURS: i64 = 72;
/// `accumulationBehaviour` of a register's state.
const BULK_QUANTITY: i64 = 1;
/// The most places of a number in the contract.
const MAX_SCALE: i64 = 12;

/// What a reading type says.
struct Kind {
    /// as far as it says: a value of no duration is a state whatever its type says
    measure: Option<Measure>,
    direction: Direction,
    register: String,
    /// of a value that says no duration
    length: u32,
    multiplier: i64,
    default_quality: Option<String>,
}

/// Reads a feed.
pub(super) fn read(body: &[u8]) -> Result<Vec<Block>, XmlError> {
    let entries = entries(body)?;
    let mut blocks: Vec<Block> = Vec::new();
    for entry in &entries {
        for resource in entry.resources("IntervalBlock") {
            let meter_reading = meter_reading_of(&entries, entry);
            let Some(kind) = kind_of(&entries, meter_reading)? else { continue };
            let values = values(resource, &kind)?;
            take(&mut blocks, &kind, meter_name(meter_reading, entry), values);
        }
    }
    Ok(blocks)
}

/// Puts values to those of the same meter, type and length.
fn take(blocks: &mut Vec<Block>, kind: &Kind, meter: MeterName, values: Vec<(u32, Value)>) {
    for (length, value) in values {
        let measure =
            kind.measure.filter(|measure| (*measure == Measure::State) == (length == 0)).unwrap_or(match length {
                0 => Measure::State,
                _ => Measure::Amount,
            });
        let is_same = |block: &Block| {
            let same_kind = (block.measure, block.direction, block.length) == (measure, kind.direction, length);
            same_kind && block.register == kind.register && block.meter == meter
        };
        match blocks.iter_mut().rev().find(|block| is_same(block)) {
            Some(block) => block.values.push(value),
            None => blocks.push(Block {
                measure,
                direction: kind.direction,
                register: kind.register.clone(),
                meter: meter.clone(),
                length,
                values: vec![value],
            }),
        }
    }
}

/// The meter reading that a block belongs to: the one that points to where the block is from, or is above it.
fn meter_reading_of<'a>(entries: &'a [Entry], block: &Entry) -> Option<&'a Entry> {
    let mut readings = entries.iter().filter(|entry| entry.resources("MeterReading").next().is_some());
    let points_to = |reading: &Entry| {
        reading.links("related").any(|to| block.links("up").chain(block.links("self")).any(|from| from == to))
            || block.links("up").any(|up| reading.links("self").any(|own| up.starts_with(own)))
    };
    readings.clone().find(|reading| points_to(reading)).or_else(|| {
        // a file about one meter need not say that it is about that one
        let only = readings.next();
        only.filter(|_| readings.next().is_none())
    })
}

/// The type of a meter reading's values; none if they are nothing that is taken here.
fn kind_of(entries: &[Entry], meter_reading: Option<&Entry>) -> Result<Option<Kind>, XmlError> {
    let mut types = entries.iter().filter(|entry| entry.resources("ReadingType").next().is_some());
    let is_its = |of_type: &Entry| {
        let related = meter_reading.into_iter().flat_map(|reading| reading.links("related"));
        related.into_iter().any(|to| of_type.links("self").any(|own| own == to))
    };
    let found = types.clone().find(|of_type| is_its(of_type)).or_else(|| {
        let only = types.next();
        only.filter(|_| types.next().is_none())
    });
    match found.and_then(|entry| entry.resources("ReadingType").next()) {
        Some(resource) => kind(resource),
        None => Err(XmlError::Missing { child: "ReadingType", parent: "feed".to_owned() }),
    }
}

fn kind(resource: &Element) -> Result<Option<Kind>, XmlError> {
    let number = |field| resource.parse(field, "a number", str::parse::<i64>);
    let direction = match number("flowDirection")? {
        None | Some(0 | 1) => Direction::Consumed,
        Some(19) => Direction::Produced,
        // net and reactive quantities are no consumption
        Some(_) => return Ok(None),
    };
    if number("uom")? != Some(WATT_HOURS) {
        return Ok(None);
    }
    Ok(Some(Kind {
        measure: number("accumulationBehaviour")?.map(|behaviour| match behaviour {
            BULK_QUANTITY => Measure::State,
            _ => Measure::Amount,
        }),
        direction,
        register: match number("tou")? {
            None | Some(0) => TOTAL.to_owned(),
            Some(1) => HIGH.to_owned(),
            Some(2) => LOW.to_owned(),
            Some(other) => other.to_string(),
        },
        length: u32::try_from(number("intervalLength")?.unwrap_or(0)).unwrap_or(0),
        multiplier: number("powerOfTenMultiplier")?.unwrap_or(0),
        default_quality: resource.value_of("defaultQuality").map(str::to_owned),
    }))
}

/// What a feed says of the meter: a title of one word is its serial number.
fn meter_name(meter_reading: Option<&Entry>, block: &Entry) -> MeterName {
    match meter_reading {
        Some(reading) if !reading.title.is_empty() && !reading.title.contains(char::is_whitespace) => {
            MeterName::Serial(reading.title.clone())
        }
        Some(reading) => MeterName::Unnamed(last_segment(reading.links("self").next())),
        None => MeterName::Unnamed(last_segment(block.links("up").next())),
    }
}

fn last_segment(href: Option<&str>) -> String {
    href.and_then(|href| href.rsplit('/').next()).unwrap_or_default().to_owned()
}

/// The values of a block, each with how long it took.
fn values(block: &Element, kind: &Kind) -> Result<Vec<(u32, Value)>, XmlError> {
    let seconds = |period: &Element, field| period.parse(field, "seconds", str::parse::<i64>);
    let mut next = match block.child("interval") {
        Some(interval) => seconds(interval, "start")?,
        None => None,
    };
    let mut values = Vec::new();
    for reading in block.all("IntervalReading") {
        let period = reading.child("timePeriod");
        let start = match period {
            Some(period) => seconds(period, "start")?.or(next),
            None => next,
        };
        let start = start.ok_or_else(|| missing("start", "IntervalReading"))?;
        let said = period.map(|period| seconds(period, "duration")).transpose()?.flatten();
        let length = match said {
            Some(seconds) => u32::try_from(seconds).map_err(|_| form("duration", "seconds"))?,
            None => kind.length,
        };
        next = Some(start + i64::from(length));
        // a reading that has only its cost is none of energy
        let Some(value) = reading.parse("value", "a whole number", str::parse::<i64>)? else { continue };
        let codes: Vec<&str> =
            reading.all("ReadingQuality").filter_map(|quality| quality.value_of("quality")).collect();
        let default = kind.default_quality.as_deref().filter(|_| codes.is_empty());
        let (quality, codes) = quality::of_espi(codes.into_iter().chain(default));
        let end = Instant { seconds: start + i64::from(length), nanoseconds: 0 };
        values.push((length, Value { end, value: kilowatt_hours(value, kind.multiplier)?, quality, codes }));
    }
    Ok(values)
}

/// `value` · 10^`multiplier` Wh in kWh.
fn kilowatt_hours(value: i64, multiplier: i64) -> Result<Decimal, XmlError> {
    let places = 3 - multiplier;
    let wrong = || form("powerOfTenMultiplier", "one that leaves a number of sensible size");
    if !(-9..=MAX_SCALE).contains(&places) {
        return Err(wrong());
    }
    let factor = 10_i64.pow(u32::try_from(-places).unwrap_or(0));
    let unscaled = value.checked_mul(factor).ok_or_else(wrong)?;
    Ok(Decimal::new(unscaled, u8::try_from(places).unwrap_or(0)))
}

fn missing(child: &'static str, parent: &str) -> XmlError {
    XmlError::Missing { child, parent: parent.to_owned() }
}

fn form(element: &str, expected: &'static str) -> XmlError {
    XmlError::Form { element: element.to_owned(), expected }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_scaled_exactly() {
        assert_eq!(kilowatt_hours(125, 0), Ok(Decimal::new(125, 3)));
        assert_eq!(kilowatt_hours(125, -3), Ok(Decimal::new(125, 6)));
        assert_eq!(kilowatt_hours(125, 3), Ok(Decimal::new(125, 0)));
        assert_eq!(kilowatt_hours(125, 6), Ok(Decimal::new(125_000, 0)));
        assert!(kilowatt_hours(125, 40).is_err());
        assert!(kilowatt_hours(i64::MAX, 6).is_err());
    }
}
