//! How much gas flows through a point, and what its meter shows on a day.

use jiff::civil::Date;

use super::customer::Category;
use super::kind::Kind;
use super::point::{Meter, Point};
use crate::amount::{divide_rounded, power_of_ten};
use crate::month::Month;

/// The month before which no gas flowed. States are sums since then, so they stay the same as months pass.
pub(super) const EPOCH: Month = Month::new(2020, 1);

/// Share of a year's use that falls into each month, January first, in thousandths.
const SEASON: [i64; 12] = [190, 165, 130, 70, 30, 20, 20, 20, 25, 70, 110, 150];

/// The gas that has flowed through one point, month by month; made once per request, for it sums up years.
#[derive(Debug, Clone)]
pub(super) struct Usage {
    point: Point,
    decimals: u8,
    /// The sum up to the end of the month before `EPOCH`, of `EPOCH`, of the month after it and so on, scaled.
    sums: Vec<i64>,
}

/// What flowed through one meter in a period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Flow {
    pub(super) meter: Meter,
    /// Registers at the start and the end; the end is lower after a rollover.
    pub(super) from: i64,
    pub(super) to: i64,
    /// Cubic metres, scaled like the registers.
    pub(super) volume: i64,
}

impl Usage {
    /// The usage of a point up to the end of `until`.
    pub(super) fn of(point: Point, until: Month) -> Self {
        let decimals = match point.customer.category() {
            Category::Household => 0,
            Category::Business => 2,
        };
        let yearly = yearly(point);
        let mut sums = vec![0];
        for month in 0..=until.since(EPOCH).max(0) {
            let before = sums.last().copied().unwrap_or(0);
            sums.push(before + flow_in(point, yearly, EPOCH.plus(month)) * power_of_ten(decimals));
        }
        Self { point, decimals, sums }
    }

    /// What one meter showed at the end of a day, in units of its last decimal.
    pub(super) fn state(&self, meter: &Meter, day: Date) -> i64 {
        let since = self.installed(meter);
        let flown = self.sum(day) - since.map_or(0, |since| self.sum(since));
        (self.initial(meter) + flown).rem_euclid(meter.modulus())
    }

    /// The day on which a meter replaced another one.
    pub(super) fn installed(&self, meter: &Meter) -> Option<Date> {
        let months = i32::try_from(self.sums.len()).unwrap_or(0);
        let mut swaps = (0..months).filter_map(|month| self.point.swap_in(EPOCH.plus(month)));
        match usize::try_from(meter.generation).unwrap_or(0) {
            0 => None,
            generation => swaps.nth(generation - 1),
        }
    }

    /// What flowed in a month: one entry per meter that served in it.
    pub(super) fn flows(&self, month: Month) -> Vec<Flow> {
        let (start, end) = (month.plus(-1).last_day(), month.last_day());
        let flow = |meter: Meter, first: Date, last: Date| Flow {
            from: self.state(&meter, first),
            to: self.state(&meter, last),
            volume: self.sum(last) - self.sum(first),
            meter,
        };
        let (Some(old), Some(new)) = (self.point.meter(start), self.point.meter(end)) else {
            return Vec::new();
        };
        match self.point.swap_in(month) {
            Some(swap) => vec![flow(old, start, swap), flow(new, swap, end)],
            None => vec![flow(old, start, end)],
        }
    }

    /// The most that can plausibly flow within so many days, scaled like the registers.
    pub(super) fn plausible(&self, days: i64) -> i64 {
        let per_day = match self.point.customer.category() {
            Category::Household => 100,
            Category::Business => 300,
        };
        (200 + per_day * days.max(0)).saturating_mul(power_of_ten(self.decimals))
    }

    /// A first meter has run before; one that replaced it came from the shop with the test bench's few cubic metres.
    fn initial(&self, meter: &Meter) -> i64 {
        let mut draw = self.point.customer.draw("initial");
        let anywhere = draw.below(meter.modulus().unsigned_abs() / 2);
        let shop = draw.below(9 * power_of_ten(self.decimals).unsigned_abs());
        let initial = if meter.generation == 0 { anywhere } else { shop };
        i64::try_from(initial).expect("less than the modulus")
    }

    /// What flowed from the epoch to the end of a day; evenly within a month.
    fn sum(&self, day: Date) -> i64 {
        let month = usize::try_from(Month::of(day).since(EPOCH)).unwrap_or(0);
        let at = |index: usize| self.sums.get(index).or(self.sums.last()).copied().unwrap_or(0);
        let (before, after) = (at(month), at(month + 1));
        before + (after - before) * i64::from(day.day()) / i64::from(day.days_in_month())
    }
}

/// Cubic metres in an average year.
fn yearly(point: Point) -> i64 {
    let customer = point.customer;
    let mut year = customer.draw("year");
    match (customer.kind(), customer.category()) {
        (Kind::Rollover, _) => year.between(12_000, 14_000),
        (_, Category::Household) => year.between(600, 2_500),
        (_, Category::Business) => year.between(4_000, 20_000),
    }
}

/// Cubic metres in a month of a point that uses so many in a year.
fn flow_in(point: Point, yearly: i64, month: Month) -> i64 {
    let customer = point.customer;
    if zero_month(month) && customer.kind() == Kind::ZeroBills {
        return 0;
    }
    let number = point.key() * 4096 + u64::from(month.since(EPOCH).unsigned_abs());
    let weather = crate::draw::Draw::new(customer.seed, "weather", number).between(85, 115);
    let season = SEASON[usize::try_from(month.number() - 1).expect("a month's number starts at 1")];
    divide_rounded(i128::from(yearly * season * weather), 100_000)
}

/// Whether nobody used anything in a month at a `ZeroBills` customer.
pub(super) fn zero_month(month: Month) -> bool {
    month.since(EPOCH).rem_euclid(4) == 0
}

#[cfg(test)]
mod tests {
    use super::super::customer::Population;
    use super::super::point::points;
    use super::*;

    fn usage_of(kind: Kind) -> Usage {
        let customer = Population::of(7, 250).all().find(|customer| customer.kind() == kind).unwrap();
        Usage::of(points(customer)[0], Month::new(2024, 12))
    }

    #[test]
    fn a_month_starts_where_the_one_before_ended() {
        let usage = usage_of(Kind::Ordinary);
        let (july, august) = (usage.flows(Month::new(2024, 7)), usage.flows(Month::new(2024, 8)));
        assert_eq!(july[0].to, august[0].from);
        assert_eq!(july[0].to - july[0].from, july[0].volume);
        assert!(july[0].volume > 0);
    }

    #[test]
    fn a_small_register_rolls_over_within_a_year() {
        let usage = usage_of(Kind::Rollover);
        let flows: Vec<Flow> = (0..12).flat_map(|month| usage.flows(Month::new(2024, 1).plus(month))).collect();
        let rollover = flows.iter().find(|flow| flow.to < flow.from).unwrap();
        assert_eq!(rollover.to + 10_000 - rollover.from, rollover.volume);
    }

    #[test]
    fn both_meters_of_a_swap_share_the_volume_of_the_month() {
        let usage = usage_of(Kind::MeterSwap);
        let swapped = (0..16)
            .map(|month| Month::new(2023, 9).plus(month))
            .find(|month| usage.point.swap_in(*month).is_some())
            .unwrap();
        let flows = usage.flows(swapped);
        assert_eq!(flows.len(), 2);
        assert_ne!(flows[0].meter.serial, flows[1].meter.serial);
        assert!(flows.iter().all(|flow| flow.to - flow.from == flow.volume));
        assert_eq!(usage.flows(swapped.plus(1))[0].from, flows[1].to);
    }
}
