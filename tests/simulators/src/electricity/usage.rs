//! What flows: a day's energy per tariff, and how it is spread over quarter-hours. All in Wh.

use jiff::Timestamp;
use jiff::civil::{Date, Weekday};

use super::customer::Kind;
use super::moment::Moment;
use super::point::Point;
use crate::draw::Draw;

/// The first day that was measured.
pub(super) const EPOCH: Date = Date::constant(2023, 1, 1);
/// Seconds of a quarter-hour.
pub(super) const QUARTER: i64 = 900;

/// Which way it flows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flow {
    Consumed,
    Produced,
}

/// What flowed on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct DayEnergy {
    /// At the high tariff.
    pub(super) high: i64,
    /// At the low one.
    pub(super) low: i64,
}

impl DayEnergy {
    pub(super) fn of(point: Point, flow: Flow, day: Date) -> Self {
        let mut draw = draw(point, flow, "energy", day);
        let is_workday = !is_weekend(day);
        match flow {
            Flow::Consumed => {
                let winter = if matches!(day.month(), 11 | 12 | 1..=3) { 4_000 } else { 0 };
                let high = if is_workday { draw.between(4_000, 9_000) } else { 0 };
                let low = draw.between(2_000, 5_000) + if is_workday { winter } else { winter + 5_000 };
                Self { high, low }
            }
            Flow::Produced if point.payer.kind() == Kind::FeedIn => {
                let sun = draw.between(500, 12_000);
                if is_workday { Self { high: sun, low: 0 } } else { Self { high: 0, low: sun } }
            }
            Flow::Produced => Self::default(),
        }
    }
}

/// The energy of each quarter-hour of a day, with the moment at which it ends.
pub(super) fn quarters(point: Point, flow: Flow, day: Date, moment: &Moment) -> Vec<(Timestamp, i64)> {
    let energy = DayEnergy::of(point, flow, day);
    let (begin, end) = (moment.midnight(day).as_second(), moment.midnight(day.tomorrow().unwrap_or(day)).as_second());
    let starts: Vec<Timestamp> = (begin..end)
        .step_by(usize::try_from(QUARTER).expect("it is above zero"))
        .filter_map(|second| Timestamp::from_second(second).ok())
        .collect();
    let mut draw = draw(point, flow, "shape", day);
    let mut weights = [Vec::new(), Vec::new()];
    for start in &starts {
        let hour = moment.hour_of(*start);
        let weight = match flow {
            _ if is_without_voltage(point, *start, moment) => 0,
            Flow::Produced if !(8..17).contains(&hour) => 0,
            _ => draw.between(1, 9),
        };
        let is_high = is_high(day, hour);
        weights[0].push(if is_high { weight } else { 0 });
        weights[1].push(if is_high { 0 } else { weight });
    }
    let (high, low) = (spread(energy.high, &weights[0]), spread(energy.low, &weights[1]));
    let ends = starts.iter().filter_map(|start| Timestamp::from_second(start.as_second() + QUARTER).ok());
    ends.zip(high.into_iter().zip(low)).map(|(end, (high, low))| (end, high + low)).collect()
}

/// Whether the high tariff holds: working days from 6 to 22.
fn is_high(day: Date, hour: i8) -> bool {
    !is_weekend(day) && (6..22).contains(&hour)
}

fn is_weekend(day: Date) -> bool {
    matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)
}

/// Whether there is no voltage at a point in the quarter-hour that begins at a moment.
pub(super) fn is_without_voltage(point: Point, start: Timestamp, moment: &Moment) -> bool {
    let day = moment.day_of(start);
    let minutes = (start.as_second() - moment.midnight(day).as_second()) / 60;
    point.payer.kind() == Kind::VoltageOutage && day.weekday() == Weekday::Wednesday && (600..645).contains(&minutes)
}

/// Spreads an amount by weights, to the last unit.
fn spread(amount: i64, weights: &[i64]) -> Vec<i64> {
    let all: i64 = weights.iter().sum();
    if all == 0 {
        return vec![0; weights.len()];
    }
    let mut before = 0;
    let share = |weight: &i64| {
        let from = amount * before / all;
        before += weight;
        amount * before / all - from
    };
    weights.iter().map(share).collect()
}

fn draw(point: Point, flow: Flow, topic: &str, day: Date) -> Draw {
    let days = EPOCH.until(day).map_or(0, |span| span.get_days());
    let number = point.key() * 100_000 + u64::from(days.unsigned_abs()) * 2 + u64::from(flow == Flow::Produced);
    Draw::new(point.payer.seed, topic, number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::electricity::customer::Payers;

    fn point(place: u32) -> Point {
        Payers { seed: 7, count: 100 }.at(place).unwrap().points()[0]
    }

    #[test]
    fn quarter_hours_add_up_to_the_day_also_when_the_clock_changes() {
        let moment = Moment::ljubljana();
        for (day, count) in
            [(Date::constant(2024, 3, 31), 92), (Date::constant(2024, 10, 27), 100), (Date::constant(2024, 7, 3), 96)]
        {
            let quarters = quarters(point(0), Flow::Consumed, day, &moment);
            let energy = DayEnergy::of(point(0), Flow::Consumed, day);
            assert_eq!(quarters.len(), count);
            assert_eq!(quarters.iter().map(|(_, value)| value).sum::<i64>(), energy.high + energy.low);
            assert_eq!(quarters.last().unwrap().0, moment.midnight(day.tomorrow().unwrap()));
        }
    }
}
