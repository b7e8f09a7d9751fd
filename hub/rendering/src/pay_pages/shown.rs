//! Amounts and months as people of a language read them.

use base64::{Engine, engine::general_purpose::STANDARD};
use komunala_domain::{Language, Money, Period};

use crate::digits::grouped;

const NARROW: char = '\u{202f}';

/// An amount with the separators of a language: `1.234,50 RSD`.
pub(crate) fn amount(language: Language, amount: Money) -> String {
    let plain = amount.to_plain_string();
    let (number, currency) = plain.split_once(' ').unwrap_or((&plain, ""));
    // the number and its currency stay on one line
    format!("{}\u{a0}{currency}", grouped(language, number, NARROW))
}

/// A month in figures.
pub(crate) fn month(period: Period) -> String {
    let text = period.to_string();
    text.split_once('-').map_or(text.clone(), |(year, month)| format!("{month}/{year}"))
}

/// Bytes as base64.
pub(super) fn encoded(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_has_the_separators_of_its_reader() {
        let of = |language, minor, code: &str| amount(language, Money { minor, currency: code.parse().unwrap() });
        assert_eq!(of(Language::SerbianLatin, 123_456_789, "RSD"), "1.234.567,89\u{a0}RSD");
        assert_eq!(of(Language::Ukrainian, 59_613, "UAH"), "596,13\u{a0}UAH");
        assert_eq!(of(Language::Ukrainian, 159_613, "UAH"), "1\u{202f}596,13\u{a0}UAH");
        assert_eq!(of(Language::English, -100_005, "EUR"), "-1,000.05\u{a0}EUR");
        assert_eq!(of(Language::English, 100_000, "JPY"), "100,000\u{a0}JPY");
    }

    #[test]
    fn a_month_is_two_numbers() {
        assert_eq!(month("2024-07".parse().unwrap()), "07/2024");
    }
}
