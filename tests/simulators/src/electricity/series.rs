//! Readings of a metering point over a stretch of time, as far as they have arrived by now.

use jiff::civil::{Date, Weekday};
use jiff::{SignedDuration, Timestamp, ToSpan};

use super::customer::Kind;
use super::moment::Moment;
use super::point::Point;
use super::usage::{self, DayEnergy, EPOCH, Flow, QUARTER};
use crate::draw::Draw;

/// The code of a value that was measured without voltage.
pub(super) const WITHOUT_VOLTAGE: &str = "1.2.32";
/// The code of an estimated value.
pub(super) const ESTIMATED: &str = "2.8.1";
/// A code that no description has.
const UNKNOWN: &str = "9.99.7";

/// What is measured: one of the eight reading types.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ReadingType {
    /// A state of a register, rather than a quarter-hour.
    pub(super) is_state: bool,
    pub(super) flow: Flow,
    /// 0 the total, 1 the high tariff, 2 the low one.
    pub(super) tariff: u8,
}

/// Readings of one type of one meter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Block {
    pub(super) kind: ReadingType,
    pub(super) serial: String,
    pub(super) readings: Vec<Reading>,
}

/// A reading in Wh.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reading {
    pub(super) at: Timestamp,
    pub(super) value: i64,
    pub(super) quality: Option<&'static str>,
}

impl ReadingType {
    pub(super) fn all() -> impl Iterator<Item = Self> {
        let flows = [Flow::Consumed, Flow::Produced];
        let amounts = flows.map(|flow| Self { is_state: false, flow, tariff: 0 });
        let states = flows.into_iter().flat_map(|flow| (0..3).map(move |tariff| Self { is_state: true, flow, tariff }));
        amounts.into_iter().chain(states)
    }

    /// Its eighteen numbers.
    pub(super) fn code(self) -> String {
        let kind = if self.is_state { "4.1" } else { "2.4" };
        let direction = if self.flow == Flow::Consumed { 1 } else { 19 };
        format!("32.0.{kind}.{direction}.2.12.0.0.0.0.{}.0.0.0.3.72.0", self.tariff)
    }

    pub(super) fn parse(code: &str) -> Option<Self> {
        Self::all().find(|kind| kind.code() == code)
    }
}

/// The blocks of a type between two moments.
pub(super) fn blocks(
    point: Point,
    kind: ReadingType,
    first: Timestamp,
    last: Timestamp,
    moment: &Moment,
) -> Vec<Block> {
    let blocks = match kind.is_state {
        true => states(point, kind, first, last, moment),
        false => amounts(point, kind, first, last, moment),
    };
    blocks.into_iter().filter(|block| !block.readings.is_empty()).collect()
}

fn amounts(point: Point, kind: ReadingType, first: Timestamp, last: Timestamp, moment: &Moment) -> Vec<Block> {
    if kind.flow == Flow::Produced && point.payer.kind() != Kind::FeedIn {
        return Vec::new();
    }
    let mut blocks: Vec<Block> = Vec::new();
    let mut day = moment.day_of(first).max(EPOCH);
    while moment.midnight(day) <= last && has_arrived(point, day, moment) {
        let serial = point.serial(point.swaps(day).len());
        if blocks.last().is_none_or(|block| block.serial != serial) {
            blocks.push(Block { kind, serial, readings: Vec::new() });
        }
        let readings = quarter_hours(point, kind.flow, day, moment);
        let within = readings.into_iter().filter(|reading| first < reading.at && reading.at <= last);
        blocks.last_mut().expect("there is one for this day").readings.extend(within);
        let Ok(next) = day.tomorrow() else { break };
        day = next;
    }
    blocks
}

/// The quarter-hours of a day as they are known now: revised three days later, in one day of ten.
fn quarter_hours(point: Point, flow: Flow, day: Date, moment: &Moment) -> Vec<Reading> {
    let is_provisional = is_revised(point, day) && moment.now() < revised_at(day, moment);
    let special = point.payer.kind();
    let quarters = usage::quarters(point, flow, day, moment).into_iter().enumerate();
    let reading = |(place, (at, value)): (usize, (Timestamp, i64))| {
        let start = at - SignedDuration::from_secs(QUARTER);
        if special == Kind::Gaps && day.weekday() == Weekday::Friday && (40..45).contains(&place) {
            return None;
        }
        if usage::is_without_voltage(point, start, moment) {
            return Some(Reading { at, value: 0, quality: Some(WITHOUT_VOLTAGE) });
        }
        if is_provisional && (32..40).contains(&place) {
            return Some(Reading { at, value: value * 9 / 10, quality: Some(ESTIMATED) });
        }
        let quality = (special == Kind::UnknownCode && place == 20).then_some(UNKNOWN);
        Some(Reading { at, value, quality })
    };
    quarters.filter_map(reading).collect()
}

fn states(point: Point, kind: ReadingType, first: Timestamp, last: Timestamp, moment: &Moment) -> Vec<Block> {
    if (kind.flow == Flow::Produced && point.payer.kind() != Kind::FeedIn) || (point.tariffs() == 1 && kind.tariff != 0)
    {
        return Vec::new();
    }
    let swaps = point.swaps(moment.day_of(last));
    let modulus = 10_i64.pow(u32::from(point.digits())) * 1000;
    let mut meters: Vec<Block> =
        (0..=swaps.len()).map(|number| Block { kind, serial: point.serial(number), readings: Vec::new() }).collect();
    let initial = Draw::new(point.payer.seed, "initial", point.key()).between(1_000, 9_000) * 1000;
    let mut registers = DayEnergy { high: initial, low: initial / 2 };
    let mut meter = 0;
    let mut day = EPOCH;
    loop {
        let at = moment.midnight(day);
        // a state at midnight arrives with the day before
        if at > last || day.yesterday().is_ok_and(|before| before >= EPOCH && !has_arrived(point, before, moment)) {
            break;
        }
        let state = |registers: DayEnergy| {
            let (high, low) = (registers.high.rem_euclid(modulus), registers.low.rem_euclid(modulus));
            match kind.tariff {
                0 => (high + low).rem_euclid(modulus),
                1 => high,
                _ => low,
            }
        };
        let mut read = |meter: usize, registers| {
            if at >= first {
                meters[meter].readings.push(Reading { at, value: state(registers), quality: None });
            }
        };
        read(meter, registers);
        if swaps.contains(&day) {
            // both meters have a state at this midnight
            meter += 1;
            registers = DayEnergy::default();
            read(meter, registers);
        }
        let energy = DayEnergy::of(point, kind.flow, day);
        registers = DayEnergy { high: registers.high + energy.high, low: registers.low + energy.low };
        let Ok(next) = day.tomorrow() else { break };
        day = next;
    }
    meters
}

/// The state of a consumed register at the beginning of a day, as far as it has arrived.
pub(super) fn state_at(point: Point, tariff: u8, day: Date, moment: &Moment) -> Option<i64> {
    let kind = ReadingType { is_state: true, flow: Flow::Consumed, tariff };
    let at = moment.midnight(day);
    let mut blocks = blocks(point, kind, at, at, moment);
    blocks.pop()?.readings.pop().map(|reading| reading.value)
}

/// Whether the values of a day are there: they come between 6 and 10 on the next one.
fn has_arrived(point: Point, day: Date, moment: &Moment) -> bool {
    let after = Draw::new(point.payer.seed, "arrival", point.key()).between(6 * 60, 10 * 60);
    let next = day.tomorrow().unwrap_or(day);
    moment.midnight(next) + SignedDuration::from_mins(after) <= moment.now()
}

/// Whether a day's values are revised.
pub(super) fn is_revised(point: Point, day: Date) -> bool {
    let days = EPOCH.until(day).map_or(0, |span| span.get_days());
    days.rem_euclid(10) == i32::try_from(point.key() % 10).unwrap_or(0)
}

fn revised_at(day: Date, moment: &Moment) -> Timestamp {
    moment.midnight(day.checked_add(4.days()).unwrap_or(day))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::electricity::customer::{Payer, Payers};

    fn point(kind: Kind) -> Point {
        Payers { seed: 7, count: 40 }.all().find(|payer| payer.kind() == kind).map(Payer::points).unwrap()[0]
    }

    fn at(day: Date, hour: i64) -> Moment {
        let moment = Moment::ljubljana();
        moment.fix_at(day, hour);
        moment
    }

    fn kind(code: &str) -> ReadingType {
        ReadingType::parse(code).unwrap()
    }

    const QUARTERS: &str = "32.0.2.4.1.2.12.0.0.0.0.0.0.0.0.3.72.0";
    const TOTAL: &str = "32.0.4.1.1.2.12.0.0.0.0.0.0.0.0.3.72.0";

    #[test]
    fn yesterdays_values_arrive_in_the_morning() {
        let yesterday = Date::constant(2024, 8, 14);
        let count = |hour| {
            let moment = at(Date::constant(2024, 8, 15), hour);
            let (first, last) = (moment.midnight(yesterday), moment.now());
            blocks(point(Kind::Ordinary), kind(QUARTERS), first, last, &moment)
                .iter()
                .map(|block| block.readings.len())
                .sum::<usize>()
        };
        assert_eq!((count(5), count(10)), (0, 96));
    }

    #[test]
    fn both_meters_have_a_state_at_the_midnight_of_a_swap() {
        let moment = at(Date::constant(2024, 8, 15), 12);
        let swap = moment.midnight(Date::constant(2024, 5, 15));
        let day = SignedDuration::from_hours(24);
        let found = blocks(point(Kind::MeterSwap), kind(TOTAL), swap - day, swap + day, &moment);
        let counts: Vec<_> = found.iter().map(|block| block.readings.len()).collect();
        assert_eq!(counts, [2, 2]);
        assert_eq!((found[0].readings[1].at, found[1].readings[0].at), (swap, swap));
        assert_eq!(found[1].readings[0].value, 0);
    }

    #[test]
    fn the_total_is_high_plus_low() {
        let moment = at(Date::constant(2024, 8, 15), 12);
        let state = |tariff| state_at(point(Kind::Ordinary), tariff, Date::constant(2024, 8, 1), &moment).unwrap();
        assert_eq!(state(0), state(1) + state(2));
    }

    #[test]
    fn a_day_of_ten_is_estimated_first_and_revised_later() {
        let point = point(Kind::Ordinary);
        let day = (1..=10).map(|day| Date::constant(2024, 8, day)).find(|day| is_revised(point, *day)).unwrap();
        let estimated = |days: i32| {
            let moment = at(day.checked_add(days.days()).unwrap(), 12);
            let (first, last) = (moment.midnight(day), moment.midnight(day.tomorrow().unwrap()));
            let blocks = blocks(point, kind(QUARTERS), first, last, &moment);
            blocks[0].readings.iter().filter(|reading| reading.quality == Some(ESTIMATED)).count()
        };
        assert_eq!((estimated(1), estimated(4)), (8, 0));
    }
}
