//! Amounts as the schemes write them, from minor units and back, digit by digit.

use super::{CodeError, Rule};
use crate::{Currency, Money};

/// What a scheme pays in, and how much.
pub(super) struct Bounds {
    pub(super) currency: Currency,
    /// The same as a word for errors.
    pub(super) code: &'static str,
    /// In minor units.
    pub(super) most: i64,
    /// The least and the most in words for errors, in major units.
    pub(super) range: (&'static str, &'static str),
}

const FIELD: &str = "amount";

impl Bounds {
    /// Checks an amount: at least a hundredth, in the scheme's currency.
    pub(super) fn check(&self, amount: Money) -> Result<(), CodeError> {
        if amount.currency != self.currency {
            return Err(Rule::Currency(self.code).at(FIELD));
        }
        if (1..=self.most).contains(&amount.minor) {
            return Ok(());
        }
        Err(Rule::OutOfRange { least: self.range.0, most: self.range.1 }.at(FIELD))
    }

    /// Reads an amount of at most two decimals behind `separator`, with the currency in front.
    pub(super) fn read(&self, text: &str, separator: Separator) -> Result<Money, CodeError> {
        let form = Rule::Form("the currency, then digits without groups and at most two decimals");
        let number = text.strip_prefix(self.code).ok_or_else(|| Rule::Currency(self.code).at(FIELD))?;
        let minor = match (number.split_once(separator.character()), separator) {
            (Some((whole, part)), _) => minor(whole, part),
            (None, Separator::MandatoryComma) => None,
            (None, Separator::Point) => minor(number, ""),
        };
        let amount = Money { minor: minor.ok_or_else(|| form.at(FIELD))?, currency: self.currency };
        self.check(amount)?;
        Ok(amount)
    }
}

/// What stands before the decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Separator {
    /// A comma, which is there even where there are no decimals.
    MandatoryComma,
    /// A point, where there are decimals.
    Point,
}

impl Separator {
    fn character(self) -> char {
        match self {
            Self::MandatoryComma => ',',
            Self::Point => '.',
        }
    }
}

/// Hundredths of digits before and behind the separator.
fn minor(whole: &str, part: &str) -> Option<i64> {
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    // more than sixteen digits would be more than any scheme pays
    if whole.is_empty() || whole.len() > 16 || part.len() > 2 || !is_number(whole) || !is_number(part) {
        return None;
    }
    format!("{whole}{part:0<2}").parse().ok()
}

/// `3596.13`, from an amount that was checked: units, the separator, two decimals.
pub(super) fn with_decimals(amount: Money, separator: char) -> String {
    format!("{}{separator}{:02}", amount.minor / 100, amount.minor % 100)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const DINARS: Bounds = Bounds {
        currency: Currency::RSD,
        code: "RSD",
        most: 9_999_999_999_999_999,
        range: ("0,01", "99999999999999,99"),
    };

    #[test]
    fn an_amount_is_read_by_its_digits() {
        let read = |text: &str, separator| DINARS.read(text, separator).map(|amount| amount.minor);
        assert_eq!(read("RSD3596,13", Separator::MandatoryComma), Ok(359_613));
        assert_eq!(read("RSD3596,", Separator::MandatoryComma), Ok(359_600));
        assert_eq!(read("RSD0,5", Separator::MandatoryComma), Ok(50));
        assert_eq!(read("RSD99999999999999,99", Separator::MandatoryComma), Ok(9_999_999_999_999_999));
        assert_eq!(read("RSD150", Separator::Point), Ok(15_000));
        for text in ["RSD3596", "RSD,5", "RSD1.000,00", "RSD1,005", "RSD-1,00", "RSD+1,00", "RSD 1,00", "RSD1,0,0"] {
            assert!(matches!(read(text, Separator::MandatoryComma).unwrap_err().rule, Rule::Form(_)), "{text}");
        }
        for text in ["RSD0,00", "RSD100000000000000,00"] {
            assert!(
                matches!(read(text, Separator::MandatoryComma).unwrap_err().rule, Rule::OutOfRange { .. }),
                "{text}"
            );
        }
        assert_eq!(read("EUR1,00", Separator::MandatoryComma).unwrap_err().rule, Rule::Currency("RSD"));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again_to_the_minor_unit(minor in 1_i64..=9_999_999_999_999_999) {
            let amount = Money { minor, currency: Currency::RSD };
            let written = format!("RSD{}", with_decimals(amount, ','));
            prop_assert_eq!(DINARS.read(&written, Separator::MandatoryComma), Ok(amount));
        }
    }
}
