//! Amounts, quantities and days as they are written in a language.

use jiff::civil::Date;
use komunala_domain::{Language, Money, Period};
use rust_decimal::Decimal;

use crate::{days::unbroken, digits::grouped};

/// How a language writes figures.
#[derive(Debug, Clone, Copy)]
pub(super) struct Figures(pub(super) Language);

/// Figures of one number stay on one line.
const NARROW: char = '\u{a0}';

impl Figures {
    /// An amount with its currency: `4.312,07 RSD`.
    pub(super) fn money(self, money: Money) -> String {
        format!("{}{NARROW}{}", self.amount(money), money.currency)
    }

    /// An amount without its currency, for columns of amounts: `4.312,07`.
    pub(super) fn amount(self, money: Money) -> String {
        let plain = money.to_plain_string();
        self.grouped(plain.split(' ').next().unwrap_or_default())
    }

    /// A quantity with the places that it has; those that say nothing are left out.
    pub(super) fn quantity(self, quantity: Decimal) -> String {
        self.grouped(&quantity.normalize().to_string())
    }

    /// A quantity with all the places that it came with: a price of 78.40 is written as one.
    pub(super) fn price(self, price: Decimal) -> String {
        self.grouped(&price.to_string())
    }

    /// A day.
    pub(super) fn date(self, date: Date) -> String {
        unbroken(self.0, date)
    }

    /// A month: `07/2024`.
    pub(super) fn month(self, period: Period) -> String {
        format!("{:02}/{:04}", period.month(), period.year())
    }

    /// A month where there is little room: `07/24`.
    pub(super) fn short_month(self, period: Period) -> String {
        format!("{:02}/{:02}", period.month(), period.year() % 100)
    }

    /// Digits with a point, as the language writes them.
    fn grouped(self, plain: &str) -> String {
        grouped(self.0, plain, NARROW)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_written_as_the_language_writes_them() {
        let owed = Money { minor: -123_456_705, currency: "RSD".parse().unwrap() };
        let day = jiff::civil::date(2024, 8, 5);
        for (language, amount, date) in [
            (Language::SerbianLatin, "-1.234.567,05\u{a0}RSD", "5.\u{a0}8.\u{a0}2024."),
            (Language::SerbianCyrillic, "-1.234.567,05\u{a0}RSD", "5.\u{a0}8.\u{a0}2024."),
            (Language::Ukrainian, "-1\u{a0}234\u{a0}567,05\u{a0}RSD", "05.08.2024"),
            (Language::Slovenian, "-1.234.567,05\u{a0}RSD", "5.\u{a0}8.\u{a0}2024"),
            (Language::English, "-1,234,567.05\u{a0}RSD", "5\u{a0}August\u{a0}2024"),
        ] {
            let figures = Figures(language);
            assert_eq!((figures.money(owed).as_str(), figures.date(day).as_str()), (amount, date), "{language:?}");
        }
    }

    #[test]
    fn a_quantity_loses_the_places_that_say_nothing_and_a_price_none() {
        let value: Decimal = "706.7700".parse().unwrap();
        assert_eq!(Figures(Language::Slovenian).quantity(value), "706,77");
        assert_eq!(Figures(Language::Slovenian).price(value), "706,7700");
        assert_eq!(Figures(Language::English).quantity("-1000".parse().unwrap()), "-1,000");
    }
}
