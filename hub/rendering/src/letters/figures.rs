//! Numbers as a language writes them.

use jiff::civil::Time;
use komunala_domain::Language;
use rust_decimal::Decimal;

/// A time of day, by 24 hours in every language.
pub(crate) fn time(time: Time) -> String {
    format!("{:02}:{:02}", time.hour(), time.minute())
}

/// What a register shows, with as many decimals as were read.
pub(crate) fn number(language: Language, value: Decimal) -> String {
    match language {
        Language::English => value.to_string(),
        _ => value.to_string().replace('.', ","),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_has_the_decimals_that_were_read_and_the_sign_of_its_language() {
        for language in Language::ALL {
            let sign = if language == Language::English { '.' } else { ',' };
            assert_eq!(number(language, Decimal::new(36_850, 2)), format!("368{sign}50"));
        }
    }
}
