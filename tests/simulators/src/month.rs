//! Calendar months, the periods that are billed.

use std::fmt;

use jiff::civil::Date;

/// A month of a year; printed `2024-07`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    /// Months since January of the year 0, so that arithmetic needs no carrying.
    index: i32,
}

impl Month {
    /// The month of a year; `month` counts from 1 to 12.
    pub const fn new(year: i16, month: i8) -> Self {
        assert!(1 <= month && month <= 12, "a year has twelve months");
        Self { index: year as i32 * 12 + month as i32 - 1 }
    }

    /// The month that a day lies in.
    pub fn of(day: Date) -> Self {
        Self::new(day.year(), day.month())
    }

    /// The month so many months later, or earlier if negative.
    pub fn plus(self, months: i32) -> Self {
        Self { index: self.index + months }
    }

    /// How many months this one is later than `other`; negative if it is earlier.
    pub fn since(self, other: Self) -> i32 {
        self.index - other.index
    }

    /// The `day`th of the month, which must have that day.
    pub fn day(self, day: i8) -> Date {
        Date::new(self.year(), self.number(), day).expect("every month has the days that billing uses")
    }

    /// The last day of the month.
    pub fn last_day(self) -> Date {
        self.day(1).last_of_month()
    }

    /// The year.
    pub fn year(self) -> i16 {
        i16::try_from(self.index.div_euclid(12)).expect("years of bills have four digits")
    }

    /// The month's number, 1 to 12.
    pub fn number(self) -> i8 {
        i8::try_from(self.index.rem_euclid(12) + 1).expect("a month's number has two digits")
    }

    /// Reads `2024-07`; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let (year, month) = text.split_once('-')?;
        let plain = |part: &str, width| part.len() == width && part.bytes().all(|byte| byte.is_ascii_digit());
        if !plain(year, 4) || !plain(month, 2) {
            return None;
        }
        let (year, month) = (year.parse().ok()?, month.parse().ok()?);
        (1..=12).contains(&month).then(|| Self::new(year, month))
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year(), self.number())
    }
}

impl serde::Serialize for Month {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Month {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom(format!("{text:?} is not a month like 2024-07")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_are_counted_across_the_turn_of_the_year() {
        assert_eq!(Month::new(2024, 7).plus(6).to_string(), "2025-01");
        assert_eq!(Month::new(2025, 1).plus(-1).to_string(), "2024-12");
        assert_eq!(Month::new(2025, 1).since(Month::new(2024, 7)), 6);
    }

    #[test]
    fn a_month_reads_what_it_prints_and_nothing_else() {
        assert_eq!(Month::parse("2024-07"), Some(Month::new(2024, 7)));
        for text in ["2024-13", "2024-00", "2024-7", "24-07", "2024-07-01", "2024", "+024-07"] {
            assert_eq!(Month::parse(text), None, "{text:?}");
        }
    }
}
