//! Metering points and their meters.

use jiff::civil::Date;

use super::customer::{Kind, Payer};
use super::usage::EPOCH;

/// The first metering point, `6-100000`.
const FIRST: u32 = 6_100_000;
/// Numbers that are reserved for each payer.
const PER_PAYER: u32 = 4;
/// What every GSRN begins with.
const GSRN: u64 = 38_311_160_000_000_000;

/// A metering point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Point {
    pub(super) payer: Payer,
    /// Counted from 0 within the payer's.
    pub(super) ordinal: u8,
}

impl Point {
    /// The payer.
    pub fn payer(self) -> Payer {
        self.payer
    }

    /// The printed number, `6-123456`.
    pub fn number(self) -> String {
        let number = FIRST + self.payer.place * PER_PAYER + u32::from(self.ordinal);
        format!("{}-{:06}", number / 1_000_000, number % 1_000_000)
    }

    /// The Global Service Relation Number, with its check digit.
    pub fn gsrn(self) -> String {
        let body = GSRN + self.key();
        let digits = body.to_string();
        let sum: u32 = digits
            .chars()
            .rev()
            .filter_map(|digit| digit.to_digit(10))
            .zip([3, 1].into_iter().cycle())
            .map(|(digit, weight)| digit * weight)
            .sum();
        format!("{digits}{}", (10 - sum % 10) % 10)
    }

    pub(super) fn place_of(number: &str) -> Option<u32> {
        let (first, rest) = number.split_once('-')?;
        let plain = |part: &str, width| part.len() == width && part.bytes().all(|byte| byte.is_ascii_digit());
        if !plain(first, 1) || !plain(rest, 6) {
            return None;
        }
        let number: u32 = format!("{first}{rest}").parse().ok()?;
        Some(number.checked_sub(FIRST)? / PER_PAYER)
    }

    pub(super) fn place_of_gsrn(gsrn: &str) -> Option<u32> {
        let body: u64 = gsrn.get(..17).filter(|_| gsrn.len() == 18)?.parse().ok()?;
        u32::try_from(body.checked_sub(GSRN)? / u64::from(PER_PAYER)).ok()
    }

    /// A number of its own for every point there can be.
    pub(super) fn key(self) -> u64 {
        u64::from(self.payer.place * PER_PAYER + u32::from(self.ordinal))
    }

    /// How many tariffs are counted apart.
    pub(super) fn tariffs(self) -> u8 {
        if self.payer.kind() == Kind::SingleTariff { 1 } else { 2 }
    }

    /// Digits of a register.
    pub(super) fn digits(self) -> u8 {
        if self.payer.kind() == Kind::Rollover { 4 } else { 6 }
    }

    /// The days on which a new meter was put in, until and with `day`.
    pub(super) fn swaps(self, day: Date) -> Vec<Date> {
        if self.payer.kind() != Kind::MeterSwap {
            return Vec::new();
        }
        (EPOCH.year()..=day.year()).map(|year| Date::constant(year, 5, 15)).filter(|swap| *swap <= day).collect()
    }

    /// The serial number of the meter that serves after so many swaps.
    pub(super) fn serial(self, swaps: usize) -> String {
        format!("E{:07}{swaps:02}", self.key() + 1)
    }
}
