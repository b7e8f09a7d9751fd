//! Days and numbers as a language writes them.

use jiff::civil::{Date, Time};
use komunala_domain::Language;
use rust_decimal::Decimal;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// A day. English names the month, since its readers do not agree which number comes first.
pub(crate) fn day(language: Language, date: Date) -> String {
    let (day, month, year) = (date.day(), date.month(), date.year());
    match language {
        Language::SerbianCyrillic | Language::SerbianLatin => format!("{day}. {month}. {year}."),
        Language::Slovenian => format!("{day}. {month}. {year}"),
        Language::Ukrainian => format!("{day:02}.{month:02}.{year}"),
        Language::English => format!("{day} {} {year}", MONTHS[usize::from(month.unsigned_abs()) - 1]),
    }
}

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
    use jiff::civil::date;

    use super::*;

    #[test]
    fn days_and_decimals_stand_as_each_language_writes_them() {
        for (language, written) in [
            (Language::SerbianCyrillic, "3. 8. 2024. 368,50"),
            (Language::SerbianLatin, "3. 8. 2024. 368,50"),
            (Language::Slovenian, "3. 8. 2024 368,50"),
            (Language::Ukrainian, "03.08.2024 368,50"),
            (Language::English, "3 August 2024 368.50"),
        ] {
            let both = format!("{} {}", day(language, date(2024, 8, 3)), number(language, Decimal::new(36_850, 2)));
            assert_eq!(both, written);
        }
    }
}
