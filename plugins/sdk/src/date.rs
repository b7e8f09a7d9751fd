//! Days and months of the provider's calendar, read from and written as text.

use std::{fmt, str::FromStr};

use crate::types::{Date, Period};

/// Why a text is no [`Date`] or [`Period`]. Carries no part of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DateError {
    /// Not of the expected form.
    #[error("not a date of the expected form")]
    Malformed,
    /// A day that the calendar does not have, or outside of the years 1900 to 2200.
    #[error("not a day of the calendar")]
    OutOfRange,
}

impl Date {
    /// A day that exists, in the years that the contract allows.
    pub fn new(year: u16, month: u8, day: u8) -> Result<Self, DateError> {
        let civil = (i16::try_from(year), i8::try_from(month), i8::try_from(day));
        match civil {
            (Ok(y), Ok(m), Ok(d)) if (1900..=2200).contains(&year) && jiff::civil::Date::new(y, m, d).is_ok() => {
                Ok(Self { year, month, day })
            }
            _ => Err(DateError::OutOfRange),
        }
    }
}

impl FromStr for Date {
    type Err = DateError;

    /// Reads `yyyy-mm-dd`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.as_bytes() {
            [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] => {
                let year = number(&[*y1, *y2, *y3, *y4])?;
                Self::new(year, two_digits(*m1, *m2)?, two_digits(*d1, *d2)?)
            }
            _ => Err(DateError::Malformed),
        }
    }
}

impl fmt::Display for Date {
    /// Writes `yyyy-mm-dd`.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl Period {
    /// A month in the years that the contract allows.
    pub fn new(year: u16, month: u8) -> Result<Self, DateError> {
        if (1900..=2200).contains(&year) && (1..=12).contains(&month) {
            Ok(Self { year, month })
        } else {
            Err(DateError::OutOfRange)
        }
    }
}

impl FromStr for Period {
    type Err = DateError;

    /// Reads `yyyy-mm`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.as_bytes() {
            [y1, y2, y3, y4, b'-', m1, m2] => Self::new(number(&[*y1, *y2, *y3, *y4])?, two_digits(*m1, *m2)?),
            _ => Err(DateError::Malformed),
        }
    }
}

impl fmt::Display for Period {
    /// Writes `yyyy-mm`.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:04}-{:02}", self.year, self.month)
    }
}

fn number(digits: &[u8]) -> Result<u16, DateError> {
    digits.iter().try_fold(0, |value, digit| match digit {
        b'0'..=b'9' => Ok(value * 10 + u16::from(digit - b'0')),
        _ => Err(DateError::Malformed),
    })
}

fn two_digits(tens: u8, ones: u8) -> Result<u8, DateError> {
    if tens.is_ascii_digit() && ones.is_ascii_digit() {
        Ok((tens - b'0') * 10 + (ones - b'0'))
    } else {
        Err(DateError::Malformed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_reads_and_writes_the_same() {
        assert_eq!("2024-02-29".parse(), Ok(Date { year: 2024, month: 2, day: 29 }));
        assert_eq!(Date { year: 2024, month: 8, day: 3 }.to_string(), "2024-08-03");
        assert_eq!("2024-07".parse(), Ok(Period { year: 2024, month: 7 }));
    }

    #[test]
    fn a_day_that_no_calendar_has_is_refused() {
        for text in ["2023-02-29", "2024-13-01", "2024-00-10", "9999-01-01", "0000-00-00"] {
            assert_eq!(text.parse::<Date>(), Err(DateError::OutOfRange), "{text}");
        }
        assert_eq!("2024-13".parse::<Period>(), Err(DateError::OutOfRange));
    }

    #[test]
    fn another_form_is_refused() {
        for text in ["", "2024-8-3", "03.08.2024", "2024-08-03T00:00:00", "2024-08-+3"] {
            assert_eq!(text.parse::<Date>(), Err(DateError::Malformed), "{text}");
        }
    }
}
