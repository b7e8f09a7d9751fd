//! How values are printed: a decimal comma, days with points.

use jiff::civil::Date;

use crate::month::Month;

/// A number in hundredths: `-12,30`.
pub(super) fn hundredths(value: i64) -> String {
    let sign = if value < 0 { "-" } else { "" };
    let value = value.unsigned_abs();
    format!("{sign}{},{:02}", value / 100, value % 100)
}

/// The hundredths of a number with at most two places and no sign.
pub(super) fn read_hundredths(text: &str) -> Option<i64> {
    let (whole, places) = text.split_once(',').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || whole.len() > 12 || places.len() > 2 || !digits(whole) || !digits(places) {
        return None;
    }
    Some(whole.parse::<i64>().ok()? * 100 + format!("{places:0<2}").parse::<i64>().ok()?)
}

/// `05.08.2024`.
pub(super) fn day(day: Date) -> String {
    format!("{:02}.{:02}.{:04}", day.day(), day.month(), day.year())
}

/// The day that is written so.
pub(super) fn read_day(text: &str) -> Option<Date> {
    let (day, rest) = text.split_once('.')?;
    let (month, year) = rest.split_once('.')?;
    if (day.len(), month.len(), year.len()) != (2, 2, 4) {
        return None;
    }
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

/// `07.2024`.
pub(super) fn month(month: Month) -> String {
    format!("{:02}.{:04}", month.number(), month.year())
}

/// Text as it stands in XML.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_printed_with_a_comma_and_read_with_at_most_two_places() {
        assert_eq!(
            (hundredths(-3138), hundredths(5), hundredths(174_540)),
            ("-31,38".into(), "0,05".into(), "1745,40".into())
        );
        assert_eq!(
            (read_hundredths("368"), read_hundredths("368,5"), read_hundredths("368,05")),
            (Some(36_800), Some(36_850), Some(36_805))
        );
        for text in ["368.5", "1,234", "-1", "", ",5"] {
            assert_eq!(read_hundredths(text), None, "{text}");
        }
    }
}
