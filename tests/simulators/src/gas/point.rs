//! Delivery points, their meters and appliances.

use jiff::civil::Date;
use serde::Serialize;

use super::customer::{Category, Customer, Population};
use super::kind::Kind;
use crate::amount::power_of_ten;
use crate::month::Month;

/// How many months a meter of a `MeterSwap` customer serves.
const SWAP_EVERY: i32 = 16;

/// The day of the month on which meters are exchanged.
const SWAP_DAY: i8 = 15;

/// A place where gas is delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Point {
    pub(super) customer: Customer,
    /// Counted from 0 within the account.
    pub(super) ordinal: u8,
}

/// A meter as the account shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Meter {
    pub(super) serial: String,
    pub(super) digits: u8,
    pub(super) decimals: u8,
    pub(super) verified_until: Date,
    /// How many meters served here before.
    #[serde(skip)]
    pub(super) generation: i32,
}

/// A gas appliance on record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Appliance {
    kind: &'static str,
    model: &'static str,
    count: u8,
}

const APPLIANCES: &[(&str, &str)] = &[
    ("BOILER", "Vaillant ecoTEC 24"),
    ("COOKER", "Gorenje G5111"),
    ("WATER_HEATER", "Junkers WR 11"),
    ("STOVE", "Alfa Plam Gas 10"),
];

impl Population {
    /// The delivery point with an id.
    pub(super) fn point(self, point_id: &str) -> Option<Point> {
        let number = point_id.strip_prefix(self.utility.point_prefix())?.split('-').next()?;
        points(self.by_number(number)?).into_iter().find(|point| point.id() == point_id)
    }
}

/// The delivery points of a customer.
pub(super) fn points(customer: Customer) -> Vec<Point> {
    let count = match customer.kind() {
        Kind::NoPoints => 0,
        Kind::SeveralPoints => 3,
        _ => 1,
    };
    (0..count).map(|ordinal| Point { customer, ordinal }).collect()
}

impl Point {
    /// The utility's prefix and the customer number; further points have a suffix.
    pub(super) fn id(self) -> String {
        let (prefix, number) = (self.customer.utility.point_prefix(), self.customer.number());
        match self.ordinal {
            0 => format!("{prefix}{number}"),
            further => format!("{prefix}{number}-{}", further + 1),
        }
    }

    /// A number of its own for every point there can be.
    pub(super) fn key(self) -> u64 {
        u64::from(self.customer.place) * 4 + u64::from(self.ordinal)
    }

    /// The energy identification code with its check character, where the point has one.
    pub(super) fn eic(self) -> Option<String> {
        if self.customer.kind() == Kind::NoEic {
            return None;
        }
        // A code whose check character would be a dash is not issued: the spare digit is raised until it is another one.
        (0..10).find_map(|spare| {
            let body = format!("{}{:011}{spare}", self.customer.utility.eic_prefix(), self.key());
            check_character(&body).map(|check| format!("{body}{check}"))
        })
    }

    /// The appliances on record.
    pub(super) fn appliances(self) -> Vec<Appliance> {
        let mut draw = self.customer.draw("appliances");
        let count = match self.customer.kind() {
            Kind::NoAppliances => 0,
            _ => usize::try_from(draw.between(1, 3)).expect("one to three"),
        };
        APPLIANCES
            .iter()
            .take(count)
            .map(|&(kind, model)| Appliance { kind, model, count: if draw.chance(100) { 2 } else { 1 } })
            .collect()
    }

    /// The meter that serves on a day, if the point has any.
    pub(super) fn meter(self, day: Date) -> Option<Meter> {
        let generation = self.swaps_until(day);
        let digits = match (self.customer.kind(), self.customer.category()) {
            (Kind::NoMeter, _) => return None,
            (Kind::Rollover, _) => 4,
            (_, Category::Household) => 5,
            (_, Category::Business) => 6,
        };
        let decimals = match self.customer.category() {
            Category::Household => 0,
            Category::Business => 2,
        };
        let last_check = Month::new(2026, 12).plus(generation * SWAP_EVERY);
        Some(Meter {
            serial: format!("G4-{}{generation:02}", 100_000 + self.key()),
            digits,
            decimals,
            verified_until: last_check.plus(i32::from(self.ordinal)).last_day(),
            generation,
        })
    }

    /// The day in a month on which the meter was exchanged, if it was.
    pub(super) fn swap_in(self, month: Month) -> Option<Date> {
        let phase = i32::try_from(self.customer.place / 250).unwrap_or(0);
        let swaps = self.customer.kind() == Kind::MeterSwap
            && month.since(Month::new(2020, 3)).rem_euclid(SWAP_EVERY) == phase % SWAP_EVERY;
        swaps.then(|| month.day(SWAP_DAY))
    }

    fn swaps_until(self, day: Date) -> i32 {
        if self.customer.kind() != Kind::MeterSwap {
            return 0;
        }
        let months = Month::of(day).since(super::usage::EPOCH);
        let swaps = (0..=months)
            .filter_map(|month| self.swap_in(super::usage::EPOCH.plus(month)))
            .filter(|swap| *swap <= day)
            .count();
        i32::try_from(swaps).expect("few months have passed since the epoch")
    }
}

impl Meter {
    /// The first value that the register cannot show any more, in units of its last decimal.
    pub(super) fn modulus(&self) -> i64 {
        power_of_ten(self.digits + self.decimals)
    }
}

/// The check character of an EIC of 15 characters; `None` where it would be a dash.
fn check_character(body: &str) -> Option<char> {
    let sum: u32 =
        body.chars().zip((2..=16).rev()).map(|(character, weight)| character.to_digit(36).unwrap_or(36) * weight).sum();
    char::from_digit(36 - (sum + 36) % 37, 36).map(|digit| digit.to_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_published_eic_has_the_check_character_that_is_computed() {
        assert_eq!(check_character("10X1001A1001A45"), Some('0'));
        assert_eq!(check_character("10YDE-EON------"), Some('1'));
    }

    #[test]
    fn no_two_points_share_an_id_an_eic_or_a_serial() {
        let today = Date::constant(2024, 8, 15);
        let population = Population::of(7, 500);
        let points: Vec<Point> = population.all().flat_map(points).collect();
        let distinct = |values: Vec<String>| {
            let total = values.len();
            assert_eq!(values.into_iter().collect::<std::collections::HashSet<_>>().len(), total);
        };
        distinct(points.iter().map(|point| point.id()).collect());
        distinct(points.iter().filter_map(|point| point.eic()).collect());
        distinct(points.iter().filter_map(|point| point.meter(today)).map(|meter| meter.serial).collect());
        assert!(points.iter().all(|point| population.point(&point.id()) == Some(*point)));
    }

    #[test]
    fn a_meter_swap_changes_the_serial_under_the_same_point() {
        let customer = Population::of(7, 250).all().find(|customer| customer.kind() == Kind::MeterSwap).unwrap();
        let point = points(customer)[0];
        let swap = (0..16).find_map(|month| point.swap_in(Month::new(2024, 1).plus(month))).unwrap();
        let before = point.meter(swap.yesterday().unwrap()).unwrap();
        let after = point.meter(swap).unwrap();
        assert_ne!(before.serial, after.serial);
    }
}
