//! Meter readings: what the system has, and the rules for what it takes.

use jiff::civil::Date;
use serde::Serialize;

use super::billing::MONTHS;
use super::point::Point;
use super::refusal::Refusal;
use super::usage::Usage;
use crate::amount::Decimal;
use crate::draw::Draw;
use crate::month::Month;

/// Who read the meter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Source {
    /// The customer told it.
    Customer,
    /// The operator's reader was there.
    Operator,
    /// Nobody was there.
    Estimate,
}

/// A reading as it goes over the wire; known by point, serial and day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Reading {
    /// The delivery point.
    pub point_id: String,
    /// The meter.
    pub serial: String,
    /// The local day.
    pub read_on: Date,
    /// Cubic metres, a decimal string.
    pub value: String,
    /// Who read it.
    pub source: Source,
}

/// The readings that come with the customer: one at the end of each month, two on the day of a swap. Oldest first.
pub(super) fn generated(point: Point, today: Date) -> Vec<Reading> {
    let this_month = Month::of(today);
    (-MONTHS - 1..=0)
        .flat_map(|month| generated_in(point, this_month.plus(month)))
        .filter(|reading| reading.read_on < today)
        .collect()
}

/// The generated readings of one month. The reader's list comes in overnight: each is known from the next day on.
pub(super) fn generated_in(point: Point, month: Month) -> Vec<Reading> {
    let usage = Usage::of(point, month);
    let mut readings = Vec::new();
    let mut read = |meter: Option<super::point::Meter>, day: Date, source| {
        let Some(meter) = meter else { return };
        let value = Decimal { scaled: usage.state(&meter, day), decimals: meter.decimals }.to_string();
        readings.push(Reading { point_id: point.id(), serial: meter.serial, read_on: day, value, source });
    };
    if let Some(swap) = point.swap_in(month) {
        read(swap.yesterday().ok().and_then(|before| point.meter(before)), swap, Source::Operator);
        read(point.meter(swap), swap, Source::Operator);
    }
    let number = point.key() * 4096 + u64::from(month.since(super::usage::EPOCH).unsigned_abs());
    let estimated = Draw::new(point.customer.seed, "estimated", number).chance(100);
    read(point.meter(month.last_day()), month.last_day(), if estimated { Source::Estimate } else { Source::Operator });
    readings
}

/// What a customer wants to submit, as it came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Submitted<'a> {
    pub(super) serial: &'a str,
    pub(super) read_on: Date,
    pub(super) value: &'a str,
}

/// Checks a submitted reading against what is known of the point; answers the reading to be kept.
///
/// `known` holds the point's readings of any meter and day.
pub(super) fn check(
    point: Point,
    submitted: &Submitted<'_>,
    known: &[Reading],
    today: Date,
) -> Result<Reading, Refusal> {
    let meter =
        point.meter(today).filter(|meter| meter.serial == submitted.serial).ok_or(Refusal::meter_unknown("serial"))?;
    let parse = |text: &str| Decimal::parse(text, meter.decimals).map(|value| value.scaled);
    let value = parse(submitted.value)
        .filter(|value| (0..meter.modulus()).contains(value))
        .ok_or(Refusal::bad_value("value"))?;
    let days = point.customer.utility.reading_days();
    let open = days.is_none_or(|days| days.contains(&today.day()) && Month::of(submitted.read_on) == Month::of(today));
    if submitted.read_on > today || !open {
        return Err(Refusal::window_closed());
    }
    let usage = Usage::of(point, Month::of(today));
    // What flowed between two states, whether or not the register rolled over in between, and whether that can be.
    let flowed = |earlier: i64, later: i64| (later - earlier).rem_euclid(meter.modulus());
    let plausible = |volume: i64, from: Date, to: Date| volume <= usage.plausible(days_between(from, to));
    let others =
        || known.iter().filter(|reading| reading.serial == meter.serial && reading.read_on != submitted.read_on);
    let before = others().filter(|reading| reading.read_on < submitted.read_on).max_by_key(|reading| reading.read_on);
    if let Some((earlier, state)) = before.and_then(|reading| Some((reading, parse(&reading.value)?)))
        && !plausible(flowed(state, value), earlier.read_on, submitted.read_on)
    {
        return Err(if value < state { Refusal::read_lower() } else { Refusal::read_high() });
    }
    let after = others().filter(|reading| reading.read_on > submitted.read_on).min_by_key(|reading| reading.read_on);
    if let Some((later, state)) = after.and_then(|reading| Some((reading, parse(&reading.value)?)))
        && !plausible(flowed(value, state), submitted.read_on, later.read_on)
    {
        // Above a later state: too high for its day. Far below one: the customer has missed the meter's digits.
        return Err(if value > state { Refusal::read_high() } else { Refusal::read_lower() });
    }
    Ok(Reading {
        point_id: point.id(),
        serial: meter.serial.clone(),
        read_on: submitted.read_on,
        value: Decimal { scaled: value, decimals: meter.decimals }.to_string(),
        source: Source::Customer,
    })
}

fn days_between(from: Date, to: Date) -> i64 {
    to.duration_since(from).as_hours() / 24
}
