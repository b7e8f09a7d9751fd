//! Exact numbers, read from and written as text.

use std::{fmt, str::FromStr};

use crate::{amount::AmountError, types::Decimal};

/// Most digits behind the point that the contract carries.
const MAX_SCALE: u8 = 12;

/// Why a text is no [`Decimal`]. Carries no part of the text, which may be personal data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DecimalError {
    /// Something else than digits, one separator between digits, and a minus in front.
    #[error("not a decimal number")]
    Malformed,
    /// More than 18 digits in all, or more than 12 behind the separator.
    #[error("a decimal number with too many digits")]
    OutOfRange,
}

impl Decimal {
    /// The number `unscaled` · 10^-`scale`; `scale` is at most 12.
    #[must_use]
    pub const fn new(unscaled: i64, scale: u8) -> Self {
        Self { unscaled, scale }
    }

    /// Reads `-12,30` where the separator is a comma, and so on. No blanks, no plus, no exponent, no separator of
    /// thousands: what a billing system prints otherwise it has to be cleaned of first.
    pub fn parse(text: &str, separator: u8) -> Result<Self, DecimalError> {
        let (negative, digits) = match text.as_bytes() {
            [b'-', rest @ ..] => (true, rest),
            rest => (false, rest),
        };
        let mut unscaled: i64 = 0;
        let mut scale: Option<u8> = None;
        for (index, byte) in digits.iter().enumerate() {
            match byte {
                b'0'..=b'9' => {
                    unscaled = unscaled
                        .checked_mul(10)
                        .and_then(|shifted| shifted.checked_add(i64::from(byte - b'0')))
                        .ok_or(DecimalError::OutOfRange)?;
                    scale = match scale {
                        Some(MAX_SCALE) => return Err(DecimalError::OutOfRange),
                        Some(places) => Some(places + 1),
                        None => None,
                    };
                }
                byte if *byte == separator && scale.is_none() && index > 0 => scale = Some(0),
                _ => return Err(DecimalError::Malformed),
            }
        }
        // Neither nothing at all nor a separator with nothing behind it.
        if digits.is_empty() || scale == Some(0) {
            return Err(DecimalError::Malformed);
        }
        Ok(Self { unscaled: if negative { -unscaled } else { unscaled }, scale: scale.unwrap_or(0) })
    }

    /// The same number with exactly so many places; none if that would cut digits off or leave the range.
    #[must_use]
    pub fn rescaled(self, scale: u8) -> Option<Self> {
        let mut unscaled = self.unscaled;
        for _ in self.scale..scale {
            unscaled = unscaled.checked_mul(10)?;
        }
        for _ in scale..self.scale {
            if unscaled % 10 != 0 {
                return None;
            }
            unscaled /= 10;
        }
        Some(Self { unscaled, scale })
    }

    /// An amount in major units as minor units of a currency with so many places; never rounded.
    pub fn minor_units(self, exponent: u8) -> Result<i64, AmountError> {
        self.rescaled(exponent).map(|amount| amount.unscaled).ok_or(AmountError::TooPrecise)
    }
}

impl FromStr for Decimal {
    type Err = DecimalError;

    /// Reads a number with a point.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text, b'.')
    }
}

impl fmt::Display for Decimal {
    /// With a point and all its places: `-0.50`.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let places = usize::from(self.scale);
        let digits = format!("{:0width$}", self.unscaled.unsigned_abs(), width = places + 1);
        let (whole, fraction) = digits.split_at(digits.len() - places);
        if self.unscaled < 0 {
            out.write_str("-")?;
        }
        out.write_str(whole)?;
        if places > 0 {
            write!(out, ".{fraction}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decimal_keeps_every_place_that_was_printed() {
        for text in ["0", "-0.50", "706.77", "1.0187", "10498", "1.50", "123456789012345678"] {
            assert_eq!(text.parse::<Decimal>().map(|number| number.to_string()).as_deref(), Ok(text));
        }
        assert_eq!("1.50".parse(), Ok(Decimal::new(150, 2)));
    }

    #[test]
    fn a_comma_is_read_only_where_it_is_the_separator() {
        assert_eq!(Decimal::parse("-12,30", b','), Ok(Decimal::new(-1230, 2)));
        assert_eq!("12,30".parse::<Decimal>(), Err(DecimalError::Malformed));
    }

    #[test]
    fn what_is_not_a_plain_number_is_refused() {
        for text in ["", "-", ".", "1.", ".5", "1..2", "1e3", "+1", " 1", "1 000", "NaN", "0x10", "１"] {
            assert_eq!(text.parse::<Decimal>(), Err(DecimalError::Malformed), "{text}");
        }
        for text in ["99999999999999999999", "0.1234567890123"] {
            assert_eq!(text.parse::<Decimal>(), Err(DecimalError::OutOfRange), "{text}");
        }
    }

    #[test]
    fn rescaling_never_cuts_a_digit_off() {
        assert_eq!(Decimal::new(12300, 3).rescaled(2), Some(Decimal::new(1230, 2)));
        assert_eq!(Decimal::new(12301, 3).rescaled(2), None);
        assert_eq!(Decimal::new(i64::MAX, 0).rescaled(2), None);
    }
}
