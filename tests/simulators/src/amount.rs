//! Money as the billing systems print it.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Neg, Sub};

use serde::{Serialize, Serializer};

/// An amount in minor units (para, kopiyka); printed with a point and two decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Amount(i64);

impl Amount {
    /// No money at all, `0.00`.
    pub const ZERO: Self = Self(0);

    /// An amount of so many minor units.
    pub const fn from_minor(minor: i64) -> Self {
        Self(minor)
    }

    /// The amount in minor units.
    pub const fn minor(self) -> i64 {
        self.0
    }

    /// So many per cent of the amount, rounded half away from zero.
    pub(crate) fn percent(self, percent: i64) -> Self {
        Self(divide_rounded(i128::from(self.0) * i128::from(percent), 100))
    }

    /// Reads a decimal string with a point and at most two decimals; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        Decimal::parse(text, 2).map(|decimal| Self(decimal.scaled))
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Decimal { scaled: self.0, decimals: 2 }.fmt(f)
    }
}

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl Add for Amount {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl AddAssign for Amount {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}

impl Sub for Amount {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl Neg for Amount {
    type Output = Self;
    fn neg(self) -> Self {
        Self(-self.0)
    }
}

impl Sum for Amount {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Add::add)
    }
}

/// A decimal number of a fixed count of decimals, kept as an integer: 12.5 with two decimals is 1250.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Decimal {
    pub(crate) scaled: i64,
    pub(crate) decimals: u8,
}

impl Decimal {
    /// Reads digits with an optional sign and an optional point; more than `decimals` decimals are refused, not rounded.
    pub(crate) fn parse(text: &str, decimals: u8) -> Option<Self> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
        let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        let significant = fraction.trim_end_matches('0');
        if !all_digits(whole) || !all_digits(fraction) || significant.len() > usize::from(decimals) {
            return None;
        }
        let whole: i64 = whole.parse().ok()?;
        let fraction: i64 = format!("{significant:0<width$}", width = usize::from(decimals)).parse().unwrap_or(0);
        let scaled = whole.checked_mul(power_of_ten(decimals))?.checked_add(fraction)?;
        Some(Self { scaled: if negative { -scaled } else { scaled }, decimals })
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.scaled < 0 { "-" } else { "" };
        let unit = power_of_ten(self.decimals).unsigned_abs();
        let (whole, fraction) = (self.scaled.unsigned_abs() / unit, self.scaled.unsigned_abs() % unit);
        match usize::from(self.decimals) {
            0 => write!(f, "{sign}{whole}"),
            width => write!(f, "{sign}{whole}.{fraction:0width$}"),
        }
    }
}

/// 10 to the power of `exponent`, for the few decimals that meters and money have.
pub(crate) fn power_of_ten(exponent: u8) -> i64 {
    10_i64.pow(u32::from(exponent))
}

/// Integer division, rounded half away from zero, as invoices are.
pub(crate) fn divide_rounded(dividend: i128, divisor: i128) -> i64 {
    let half = divisor / 2;
    let rounded = if dividend < 0 { (dividend - half) / divisor } else { (dividend + half) / divisor };
    i64::try_from(rounded).expect("what a customer is billed fits 64 bits")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_reads_what_it_prints() {
        for text in ["0.00", "4312.07", "-31.38", "-0.05", "99999999999.99"] {
            assert_eq!(Amount::parse(text).map(|amount| amount.to_string()).as_deref(), Some(text));
        }
    }

    #[test]
    fn a_decimal_refuses_what_it_would_have_to_round_or_guess() {
        for text in ["", "-", ".5", "5.", "1,5", "1.005", "1e3", " 1", "+1", "١", "99999999999999999999"] {
            assert_eq!(Decimal::parse(text, 2), None, "{text:?}");
        }
        assert_eq!(Decimal::parse("1.000", 0).map(|decimal| decimal.scaled), Some(1));
    }

    #[test]
    fn sixty_per_cent_is_rounded_to_the_para() {
        assert_eq!(Amount::from_minor(431_207).percent(60).to_string(), "2587.24");
        assert_eq!(Amount::from_minor(-5).percent(50).to_string(), "-0.03");
    }
}
