//! Meters, and how much water flows through them.

use jiff::civil::Date;

use super::customer::{Customer, Kind};
use crate::draw::Draw;
use crate::month::Month;

/// When the books begin.
pub(super) const EPOCH: Month = Month::new(2020, 1);

/// Months between two replacements of a meter.
const SWAP_EVERY: i32 = 16;

/// A meter at the supply point.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Meter {
    pub(super) number: String,
    pub(super) digits: u32,
    ordinal: u64,
    /// The months in which it was there.
    from: Month,
    until: Option<Month>,
}

/// All meters that there have been up to a day.
pub(super) fn meters(customer: Customer, today: Date) -> Vec<Meter> {
    let digits = if customer.kind() == Kind::Rollover { 4 } else { 5 };
    let meter = |number, ordinal, from, until| Meter { number, digits, ordinal, from, until };
    let first = format!("V-{}", customer.number());
    match customer.kind() {
        Kind::NoMeter => Vec::new(),
        Kind::TwoMeters => {
            vec![meter(first.clone(), 0, EPOCH, None), meter(format!("{first}-T"), 1, EPOCH, None)]
        }
        Kind::MeterSwap => {
            let swaps = Month::of(today).since(EPOCH) / SWAP_EVERY;
            (0..=swaps)
                .map(|generation| {
                    let from = EPOCH.plus(generation * SWAP_EVERY);
                    let until = (generation < swaps).then(|| from.plus(SWAP_EVERY - 1));
                    meter(format!("{first}-{generation}"), 0, from, until)
                })
                .collect()
        }
        _ => vec![meter(first, 0, EPOCH, None)],
    }
}

impl Meter {
    /// Whether it is mounted now.
    pub(super) fn is_mounted(&self) -> bool {
        self.until.is_none()
    }

    /// Whether it is read at the end of a month.
    pub(super) fn is_read_in(&self, month: Month) -> bool {
        month >= self.from && self.until.is_none_or(|until| month <= until)
    }

    /// What it shows at the end of a month, in hundredths of a cubic metre.
    pub(super) fn state(&self, customer: Customer, month: Month) -> i64 {
        let used: i64 = (0..=month.since(self.from)).map(|at| self.used(customer, self.from.plus(at))).sum();
        let start = if customer.kind() == Kind::Rollover { 998_000 } else { 10_000 };
        (start + used) % (10_i64.pow(self.digits) * 100)
    }

    /// What flows through it in a month, in hundredths of a cubic metre: whole ones, since that is what is read.
    pub(super) fn used(&self, customer: Customer, month: Month) -> i64 {
        let number =
            u64::from(customer.place) * 8192 + self.ordinal * 4096 + u64::from(month.since(EPOCH).unsigned_abs());
        Draw::new(customer.seed, "water", number).between(3, 18) * 100
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::water::Population;

    #[test]
    fn a_replaced_meter_is_no_longer_mounted_and_was_read_in_its_time() {
        let customer = Population { seed: 7, count: 50 }.all().find(|it| it.kind() == Kind::MeterSwap).unwrap();
        let meters = meters(customer, Date::constant(2024, 8, 15));
        assert_eq!(meters.iter().filter(|meter| meter.is_mounted()).count(), 1);
        assert!(meters.len() > 2);
        for month in (0..55).map(|at| EPOCH.plus(at)) {
            assert_eq!(meters.iter().filter(|meter| meter.is_read_in(month)).count(), 1, "{month:?}");
        }
    }
}
