//! Billing periods: calendar months.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Why a text is no billing period.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no billing period of the form yyyy-mm between 1900-01 and 2199-12")]
pub struct NotAPeriod(pub String);

/// A calendar month that is billed, written `2024-07`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Period {
    year: i16,
    month: i8,
}

impl Period {
    /// The month `month` (1 to 12) of `year` (1900 to 2199).
    pub fn new(year: i16, month: i8) -> Result<Self, NotAPeriod> {
        if (1900..=2199).contains(&year) && (1..=12).contains(&month) {
            Ok(Self { year, month })
        } else {
            Err(NotAPeriod(format!("{year}-{month}")))
        }
    }

    /// The month that a day lies in.
    pub fn of(day: Date) -> Result<Self, NotAPeriod> {
        Self::new(day.year(), day.month())
    }

    /// The month before; `None` before the first.
    pub fn previous(self) -> Option<Self> {
        match self.month {
            1 => Self::new(self.year - 1, 12).ok(),
            month => Self::new(self.year, month - 1).ok(),
        }
    }

    /// The year, 1900 to 2199.
    pub fn year(self) -> i16 {
        self.year
    }

    /// The month, 1 to 12.
    pub fn month(self) -> i8 {
        self.month
    }
}

impl std::str::FromStr for Period {
    type Err = NotAPeriod;

    fn from_str(text: &str) -> Result<Self, NotAPeriod> {
        let wrong = || NotAPeriod(text.chars().take(16).collect());
        let (year, month) = text.split_once('-').ok_or_else(wrong)?;
        if year.len() != 4 || month.len() != 2 || !text.bytes().all(|b| b.is_ascii_digit() || b == b'-') {
            return Err(wrong());
        }
        Self::new(year.parse().map_err(|_| wrong())?, month.parse().map_err(|_| wrong())?)
    }
}

impl TryFrom<String> for Period {
    type Error = NotAPeriod;

    fn try_from(text: String) -> Result<Self, NotAPeriod> {
        text.parse()
    }
}

impl From<Period> for String {
    fn from(period: Period) -> String {
        period.to_string()
    }
}

impl std::fmt::Display for Period {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn december_comes_before_january() {
        let before = |period: &str| period.parse::<Period>().unwrap().previous().map(|period| period.to_string());
        assert_eq!(before("2024-01").as_deref(), Some("2023-12"));
        assert_eq!(before("2024-12").as_deref(), Some("2024-11"));
        assert_eq!(before("1900-01"), None);
    }

    #[test]
    fn a_period_is_a_month_of_a_sensible_year() {
        assert_eq!("2024-07".parse::<Period>().unwrap().to_string(), "2024-07");
        for wrong in ["2024-7", "2024-13", "2024-00", "9999-01", "24-07", "2024-07-01", "+024-07", ""] {
            assert!(wrong.parse::<Period>().is_err(), "{wrong}");
        }
    }
}
