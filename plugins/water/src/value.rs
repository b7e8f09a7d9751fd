//! Values as the billing system writes them.

use komunala_adapter_sdk::{Date, DateError, Decimal, DecimalError, Period};

/// `-12,30`: a decimal comma, no separator of thousands.
pub(crate) fn decimal(text: &str) -> Result<Decimal, DecimalError> {
    Decimal::parse(text, b',')
}

/// Writes a decimal comma.
pub(crate) fn write_decimal(value: Decimal) -> String {
    value.to_string().replace('.', ",")
}

/// `05.08.2024`.
pub(crate) fn date(text: &str) -> Result<Date, DateError> {
    match text.split('.').collect::<Vec<_>>()[..] {
        [day, month, year] if (day.len(), month.len(), year.len()) == (2, 2, 4) => {
            format!("{year}-{month}-{day}").parse()
        }
        _ => Err(DateError::Malformed),
    }
}

/// Writes `05.08.2024`.
pub(crate) fn write_date(date: Date) -> String {
    format!("{:02}.{:02}.{:04}", date.day, date.month, date.year)
}

/// What days are sorted by.
pub(crate) fn position(date: Date) -> (u16, u8, u8) {
    (date.year, date.month, date.day)
}

/// `07.2024`.
pub(crate) fn period(text: &str) -> Result<Period, DateError> {
    match text.split_once('.') {
        Some((month, year)) if (month.len(), year.len()) == (2, 4) => format!("{year}-{month}").parse(),
        _ => Err(DateError::Malformed),
    }
}

/// Whether a text is a customer's number: six digits, of which the leading zeros count.
pub(crate) fn is_customer_number(text: &str) -> bool {
    text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_periods_and_numbers_read_as_they_are_printed() {
        let day = Date { year: 2024, month: 8, day: 5 };
        assert_eq!((date("05.08.2024"), write_date(day).as_str()), (Ok(day), "05.08.2024"));
        assert_eq!(period("07.2024"), Ok(Period { year: 2024, month: 7 }));
        assert_eq!(decimal("-31,38"), Ok(Decimal::new(-3138, 2)));
        assert_eq!(write_decimal(Decimal::new(36_850, 2)), "368,50");
        assert_eq!(write_decimal(Decimal::new(-5, 1)), "-0,5");
    }

    #[test]
    fn other_notations_are_refused() {
        for text in ["2024-08-05", "5.8.2024", "05.08.24", "31.02.2024", "05.08.2024.", ""] {
            assert!(date(text).is_err(), "{text}");
        }
        for text in ["12.50", "1.234,50", "1 234,50", "+1", "1,", ",5", ""] {
            assert!(decimal(text).is_err(), "{text}");
        }
        assert!(period("7.2024").is_err() && period("13.2024").is_err());
    }

    #[test]
    fn leading_zeros_are_part_of_a_customers_number() {
        assert!(is_customer_number("004512"));
        for text in ["4512", "0045123", "00451a", "", "００４５１２"] {
            assert!(!is_customer_number(text), "{text}");
        }
    }
}
