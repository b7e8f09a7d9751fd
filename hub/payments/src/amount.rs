//! Amounts as protocols write them: whole kopiykas, or hryvnias with a point. No float on the way.

use komunala_domain::{Currency, Money};

/// An amount in major units with two decimals: `596.13`.
pub(crate) fn decimal(amount: Money) -> String {
    let text = amount.to_plain_string();
    text.split_once(' ').map_or(text.clone(), |(number, _)| number.to_owned())
}

/// Reads `596.13`, `596.1` or `596`; nothing else, no sign, no separators of thousands.
pub(crate) fn from_decimal(text: &str, currency: Currency) -> Option<Money> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let places = usize::try_from(currency.exponent()).ok()?;
    if part.len() > places || (text.contains('.') && part.is_empty()) {
        return None;
    }
    let minor = digits(&format!("{whole}{part:0<places$}"))?;
    digits(whole).map(|_| Money { minor, currency })
}

/// Reads an amount in minor units.
pub(crate) fn from_minor(text: &str, currency: Currency) -> Option<Money> {
    digits(text).map(|minor| Money { minor, currency })
}

fn digits(text: &str) -> Option<i64> {
    let plain = (1..=18).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decimal_amount_is_read_to_the_kopiyka() {
        let read = |text: &str| from_decimal(text, Currency::UAH).map(|amount| amount.minor);
        assert_eq!(read("596.13"), Some(59_613));
        assert_eq!(read("596.1"), Some(59_610));
        assert_eq!(read("0.29"), Some(29));
        assert_eq!(read("596"), Some(59_600));
        for wrong in ["", ".", ".5", "5.", "5.123", "-5.00", "+5", "5,00", "1e3", " 5", "5.00 UAH", "NaN", "٣"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn what_is_written_reads_back() {
        for minor in [1, 29, 100, 59_613, 999_999_999_999] {
            let amount = Money { minor, currency: Currency::UAH };
            assert_eq!(from_decimal(&decimal(amount), Currency::UAH), Some(amount));
            assert_eq!(from_minor(&minor.to_string(), Currency::UAH), Some(amount));
        }
    }
}
