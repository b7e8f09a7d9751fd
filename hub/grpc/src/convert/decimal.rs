//! Quantities as `google.type.Decimal`: decimal text, never a float.

use rust_decimal::Decimal;

use crate::proto::google::r#type as google;

pub(super) fn decimal(value: Decimal) -> google::Decimal {
    google::Decimal { value: value.to_string() }
}

/// A number of a request: digits, at most 12 before a point and 6 behind it. No sign, no exponent, no blanks.
pub(crate) fn number_of(message: &google::Decimal) -> Option<Decimal> {
    let (whole, part) = match message.value.split_once('.') {
        None => (message.value.as_str(), None),
        Some((whole, part)) => (whole, Some(part)),
    };
    let digits = |text: &str, most| (1..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole, 12) || part.is_some_and(|part| !digits(part, 6)) {
        return None;
    }
    Decimal::from_str_exact(&message.value).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<Decimal> {
        number_of(&google::Decimal { value: text.to_owned() })
    }

    #[test]
    fn a_number_is_plain_digits() {
        assert_eq!(read("010498"), Some(Decimal::from(10_498)));
        assert_eq!(read("368.25"), Some(Decimal::new(36_825, 2)));
        assert_eq!(decimal(Decimal::new(-40, 2)).value, "-0.40");
    }

    #[test]
    fn anything_else_is_refused() {
        for wrong in [
            "",
            "-1",
            "+1",
            "1e5",
            " 1",
            "1,5",
            "1.",
            ".5",
            "1.2.3",
            "NaN",
            "1_000",
            "١٢",
            "1234567890123",
            "0.1234567",
        ] {
            assert_eq!(read(wrong), None, "{wrong:?}");
        }
    }
}
