//! Records that people write as one word: days, months, exact numbers, moments.

use jiff::Timestamp;
use wasmtime::component::Val;

/// The word for a record of these fields, if there is one.
pub(super) fn word(fields: &[(String, Val)]) -> Option<String> {
    match fields {
        [(y, Val::U16(year)), (m, Val::U8(month)), (d, Val::U8(day))] if y == "year" && m == "month" && d == "day" => {
            Some(format!("{year:04}-{month:02}-{day:02}"))
        }
        [(y, Val::U16(year)), (m, Val::U8(month))] if y == "year" && m == "month" => {
            Some(format!("{year:04}-{month:02}"))
        }
        [(u, Val::S64(unscaled)), (s, Val::U8(scale))] if u == "unscaled" && s == "scale" => {
            Some(decimal(*unscaled, (*scale).into()))
        }
        [(s, Val::S64(seconds)), (n, Val::U32(nanoseconds))] if s == "seconds" && n == "nanoseconds" => {
            Some(Timestamp::new(*seconds, i32::try_from(*nanoseconds).ok()?).ok()?.to_string())
        }
        _ => None,
    }
}

/// The record that a word stands for, by the names of its fields.
pub(super) fn record(names: &[&str], word: &str) -> Option<Vec<(String, Val)>> {
    let values = match names {
        ["year", "month", "day"] => {
            let day: jiff::civil::Date = word.parse().ok()?;
            vec![Val::U16(day.year().try_into().ok()?), byte(day.month())?, byte(day.day())?]
        }
        ["year", "month"] => {
            let (year, month) = word.split_once('-')?;
            vec![Val::U16(year.parse().ok()?), Val::U8(month.parse().ok().filter(|month| (1..=12).contains(month))?)]
        }
        ["unscaled", "scale"] => {
            let places = word.split_once('.').map_or(0, |(_, places)| places.len());
            let (whole, places_text) = word.split_once('.').unwrap_or((word, ""));
            vec![Val::S64(format!("{whole}{places_text}").parse().ok()?), Val::U8(places.try_into().ok()?)]
        }
        ["seconds", "nanoseconds"] => {
            let moment: Timestamp = word.parse().ok()?;
            vec![Val::S64(moment.as_second()), Val::U32(moment.subsec_nanosecond().try_into().ok()?)]
        }
        _ => return None,
    };
    Some(names.iter().map(|name| (*name).to_owned()).zip(values).collect())
}

fn byte(number: i8) -> Option<Val> {
    u8::try_from(number).ok().map(Val::U8)
}

fn decimal(unscaled: i64, scale: usize) -> String {
    let digits = format!("{:0width$}", unscaled.unsigned_abs(), width = scale + 1);
    let (whole, places) = digits.split_at(digits.len() - scale);
    let sign = if unscaled < 0 { "-" } else { "" };
    if scale == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{places}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_reads_as_the_record_that_it_shows() {
        for (names, text) in [
            (&["year", "month", "day"][..], "2024-08-03"),
            (&["year", "month"], "2024-08"),
            (&["unscaled", "scale"], "-0.50"),
            (&["unscaled", "scale"], "706"),
            (&["seconds", "nanoseconds"], "2024-08-03T10:00:00Z"),
        ] {
            assert_eq!(word(&record(names, text).unwrap()).as_deref(), Some(text));
        }
        assert_eq!(record(&["year", "month", "day"], "2024-02-30"), None);
        assert_eq!(record(&["unscaled", "scale"], "1,5"), None);
    }
}
