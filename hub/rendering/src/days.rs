//! Days as a language writes them, wherever people read one: letters, pages and copies of bills.

use jiff::civil::Date;
use komunala_domain::Language;

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

/// The same where lines are broken by others: it stays on one.
pub(crate) fn unbroken(language: Language, date: Date) -> String {
    day(language, date).replace(' ', "\u{a0}")
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_day_stands_as_its_language_writes_it() {
        for (language, written) in [
            (Language::SerbianCyrillic, "3. 8. 2024."),
            (Language::SerbianLatin, "3. 8. 2024."),
            (Language::Slovenian, "3. 8. 2024"),
            (Language::Ukrainian, "03.08.2024"),
            (Language::English, "3 August 2024"),
        ] {
            assert_eq!(day(language, date(2024, 8, 3)), written);
            assert_eq!(unbroken(language, date(2024, 8, 3)), written.replace(' ', "\u{a0}"));
        }
    }
}
