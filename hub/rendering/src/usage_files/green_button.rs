//! Green Button: an Atom feed (RFC 4287) whose entries hold resources of NAESB REQ.21 ESPI 3.3, for each register a
//! meter reading, its type and its values.

use jiff::Timestamp;
use komunala_app::ports::usage_files::UsageFileError;
use komunala_domain::{
    account::Commodity,
    consumption::{RegisterUsage, Usage},
    interval::Quality,
};
use quick_xml::{Writer, events::BytesText};
use rust_decimal::{Decimal, prelude::ToPrimitive};
use uuid::Uuid;

const ATOM: &str = "http://www.w3.org/2005/Atom";
const ESPI: &str = "http://naesb.org/espi";

/// The powers of ten that `UnitMultiplierKind` knows, from the highest down.
const MULTIPLIERS: [i32; 13] = [12, 9, 6, 3, 2, 1, 0, -1, -2, -3, -6, -9, -12];
/// What `Int48` holds.
const MOST: i64 = (1 << 47) - 1;

type Xml = Writer<Vec<u8>>;

pub(super) fn write(usage: &Usage) -> Result<Vec<u8>, UsageFileError> {
    let measures = usage.registers.iter().map(Measure::of).collect::<Result<Vec<_>, _>>()?;
    let mut xml = Writer::new(br#"<?xml version="1.0" encoding="UTF-8"?>"#.to_vec());
    feed(&mut xml, usage, &measures).map_err(|error| UsageFileError::Writing(error.to_string()))?;
    Ok(xml.into_inner())
}

/// How a register's quantities are written: whole numbers of a unit and a power of ten.
struct Measure<'a> {
    register: &'a RegisterUsage,
    /// A code of `UnitSymbolKind`.
    unit: u16,
    multiplier: i32,
    values: Vec<i64>,
}

impl<'a> Measure<'a> {
    fn of(register: &'a RegisterUsage) -> Result<Self, UsageFileError> {
        let (unit, power) = unit(&register.unit);
        let places = register.values.iter().map(|value| value.quantity.normalize().scale()).max().unwrap_or(0);
        let wanted = power - i32::try_from(places).unwrap_or(i32::MAX);
        let multiplier = MULTIPLIERS.into_iter().find(|multiplier| *multiplier <= wanted).unwrap_or(-12);
        let too_many = || UsageFileError::TooManyDigits { register: register.register.clone() };
        let factor = u32::try_from(power - multiplier).ok().and_then(|power| 10_i64.checked_pow(power));
        let factor = Decimal::from(factor.ok_or_else(too_many)?);
        let whole = |quantity: Decimal| quantity.checked_mul(factor)?.to_i64().filter(|value| *value <= MOST);
        let values = register.values.iter().map(|value| whole(value.quantity).ok_or_else(too_many));
        Ok(Self { register, unit, multiplier, values: values.collect::<Result<_, _>>()? })
    }
}

/// `UnitSymbolKind` and the power of ten that a unit is of it.
fn unit(symbol: &str) -> (u16, i32) {
    match symbol {
        "Wh" => (72, 0),
        "kWh" => (72, 3),
        "MWh" => (72, 6),
        "GWh" => (72, 9),
        "J" => (31, 0),
        "MJ" => (31, 6),
        "GJ" => (31, 9),
        "m3" | "m³" => (42, 0),
        _ => (0, 0),
    }
}

/// `ServiceKind`, where there is one.
fn service(commodity: Commodity) -> Option<u16> {
    match commodity {
        Commodity::Electricity => Some(0),
        Commodity::Gas => Some(1),
        Commodity::Water => Some(2),
        Commodity::Heat => Some(4),
        Commodity::Waste => Some(5),
        Commodity::Housing | Commodity::Other => None,
    }
}

/// `CommodityKind`: what the meter itself says, natural gas, drinking water, a heating fluid.
fn commodity(commodity: Commodity) -> u16 {
    match commodity {
        Commodity::Electricity => 1,
        Commodity::Gas => 7,
        Commodity::Water => 9,
        Commodity::Heat => 12,
        Commodity::Housing | Commodity::Waste | Commodity::Other => 0,
    }
}

/// `MeasurementKind`: energy, or volume.
fn kind(unit: u16) -> u16 {
    match unit {
        72 | 31 => 12,
        42 => 58,
        _ => 0,
    }
}

/// The time-of-use tier of a tariff's register: high, low.
fn tier(register: &str) -> Option<u16> {
    match register {
        "T1" | "high" => Some(1),
        "T2" | "low" => Some(2),
        _ => None,
    }
}

/// `QualityOfReading`.
fn quality(quality: Quality) -> u16 {
    match quality {
        Quality::Valid => 0,
        Quality::Edited => 7,
        Quality::Estimated => 8,
        Quality::Questionable => 10,
    }
}

fn feed(xml: &mut Xml, usage: &Usage, measures: &[Measure<'_>]) -> std::io::Result<()> {
    let point = format!("UsagePoint/{}", usage.point);
    let updated = usage.as_of.unwrap_or(Timestamp::UNIX_EPOCH).to_string();
    let feed = Feed { point: &point, id: usage.point, updated: &updated };
    xml.create_element("feed").with_attribute(("xmlns", ATOM)).write_inner_content(|xml| {
        text(xml, "id", &format!("urn:uuid:{}", usage.point))?;
        text(xml, "title", "Green Button Usage Feed")?;
        text(xml, "updated", &updated)?;
        link(xml, "self", &format!("{point}/feed"))?;
        feed.entry(xml, (1, &point), &usage.point_number, &[&format!("{point}/MeterReading")], |xml| {
            resource(xml, "UsagePoint", |xml| match service(usage.commodity) {
                Some(kind) => nested(xml, "ServiceCategory", |xml| number(xml, "kind", kind)),
                None => Ok(()),
            })
        })?;
        for (index, measure) in measures.iter().enumerate() {
            of_register(xml, &feed, usage.commodity, index, measure)?;
        }
        Ok(())
    })?;
    Ok(())
}

fn of_register(
    xml: &mut Xml,
    feed: &Feed<'_>,
    of: Commodity,
    index: usize,
    measure: &Measure<'_>,
) -> std::io::Result<()> {
    let place = 2 + 3 * index as u128;
    let reading = format!("{}/MeterReading/{index}", feed.point);
    let (kind_of_reading, block) = (format!("ReadingType/{}-{index}", feed.id), format!("{reading}/IntervalBlock/0"));
    let title = format!("{} {}", measure.register.register, measure.register.unit);
    feed.entry(xml, (place, &reading), &title, &[&kind_of_reading, &format!("{reading}/IntervalBlock")], |xml| {
        resource(xml, "MeterReading", |_| Ok(()))
    })?;
    feed.entry(xml, (place + 1, &kind_of_reading), &title, &[], |xml| {
        resource(xml, "ReadingType", |xml| {
            // the difference between the end of an interval and its beginning
            number(xml, "accumulationBehaviour", 4)?;
            number(xml, "commodity", commodity(of))?;
            number(xml, "dataQualifier", 12)?;
            // delivered
            number(xml, "flowDirection", 1)?;
            if let Some(length) = length(measure.register) {
                number(xml, "intervalLength", length)?;
            }
            number(xml, "kind", kind(measure.unit))?;
            number(xml, "powerOfTenMultiplier", measure.multiplier)?;
            if let Some(tier) = tier(&measure.register.register) {
                number(xml, "tou", tier)?;
            }
            number(xml, "uom", measure.unit)
        })
    })?;
    feed.entry(xml, (place + 2, &block), &title, &[], |xml| {
        resource(xml, "IntervalBlock", |xml| {
            let values = &measure.register.values;
            if let (Some(first), Some(last)) = (values.first(), values.last()) {
                period(xml, "interval", first.start, last.end)?;
            }
            for (value, quantity) in values.iter().zip(&measure.values) {
                nested(xml, "IntervalReading", |xml| {
                    nested(xml, "ReadingQuality", |xml| number(xml, "quality", quality(value.quality)))?;
                    period(xml, "timePeriod", value.start, value.end)?;
                    number(xml, "value", quantity)
                })?;
            }
            Ok(())
        })
    })
}

/// How long every value takes, in seconds, where they are alike.
fn length(register: &RegisterUsage) -> Option<i64> {
    let mut lengths = register.values.iter().map(|value| value.end.duration_since(value.start).as_secs());
    let first = lengths.next()?;
    lengths.all(|length| length == first).then_some(first)
}

/// What the entries of a feed share.
struct Feed<'a> {
    point: &'a str,
    id: Uuid,
    updated: &'a str,
}

impl Feed<'_> {
    /// An entry. Its id is the supply point's with its place in it: the same in every feed of the point.
    fn entry(
        &self,
        xml: &mut Xml,
        (place, address): (u128, &str),
        title: &str,
        related: &[&str],
        content: impl FnOnce(&mut Xml) -> std::io::Result<()>,
    ) -> std::io::Result<()> {
        nested(xml, "entry", |xml| {
            text(xml, "id", &format!("urn:uuid:{}", Uuid::from_u128(self.id.as_u128() ^ place)))?;
            link(xml, "self", address)?;
            link(xml, "up", address.rsplit_once('/').map_or("", |(up, _)| up))?;
            for related in related {
                link(xml, "related", related)?;
            }
            text(xml, "title", title)?;
            nested(xml, "content", content)?;
            text(xml, "published", self.updated)?;
            text(xml, "updated", self.updated)
        })
    }
}

fn resource(xml: &mut Xml, name: &str, content: impl FnOnce(&mut Xml) -> std::io::Result<()>) -> std::io::Result<()> {
    xml.create_element(name).with_attribute(("xmlns", ESPI)).write_inner_content(content).map(drop)
}

fn nested(xml: &mut Xml, name: &str, content: impl FnOnce(&mut Xml) -> std::io::Result<()>) -> std::io::Result<()> {
    xml.create_element(name).write_inner_content(content).map(drop)
}

fn text(xml: &mut Xml, name: &str, value: &str) -> std::io::Result<()> {
    xml.create_element(name).write_text_content(BytesText::new(value)).map(drop)
}

fn number(xml: &mut Xml, name: &str, value: impl ToString) -> std::io::Result<()> {
    text(xml, name, &value.to_string())
}

fn link(xml: &mut Xml, rel: &str, href: &str) -> std::io::Result<()> {
    xml.create_element("link").with_attributes([("rel", rel), ("href", href)]).write_empty().map(drop)
}

fn period(xml: &mut Xml, name: &str, start: Timestamp, end: Timestamp) -> std::io::Result<()> {
    nested(xml, name, |xml| {
        number(xml, "duration", end.duration_since(start).as_secs())?;
        number(xml, "start", start.as_second())
    })
}
