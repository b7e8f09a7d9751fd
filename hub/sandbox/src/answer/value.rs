//! Values that every interface uses.

use jiff::{Timestamp, ToSpan, civil::Date};
use komunala_app::ports::billing::is_believable;
use komunala_domain::{Currency, ExternalId, Money, Period, balance::Issuer, text::is_plain};
use rust_decimal::Decimal;

use super::{At, Checked, Expected, invalid};
use crate::contract::v0_1::types as wire;

/// The longest text where the contract says nothing else, in characters.
pub(super) const TEXT: usize = 256;

/// A text of one line; may be blank.
#[inline]
pub(super) fn text(value: String, most: usize) -> Checked<String> {
    // bytes bound characters
    if is_plain(&value, most) { Ok(value) } else { unusual(value, most) }
}

#[inline(never)]
fn unusual(text: String, most: usize) -> Checked<String> {
    if text.len() > most && text.chars().count() > most {
        return invalid("is too long");
    }
    if text.chars().any(char::is_control) {
        return invalid("holds a control character");
    }
    Ok(text)
}

fn is_blank(text: &str) -> bool {
    text.chars().all(char::is_whitespace)
}

/// A text of one line that says something.
#[inline]
pub(super) fn word(value: String, most: usize) -> Checked<String> {
    if is_plain(&value, most) {
        return Ok(value);
    }
    if is_blank(&value) { invalid("is empty") } else { unusual(value, most) }
}

/// A text that may be missing; a blank one is.
#[inline]
pub(super) fn optional_text(value: Option<String>, most: usize) -> Checked<Option<String>> {
    match value {
        Some(value) if is_plain(&value, most) => Ok(Some(value)),
        Some(value) if !is_blank(&value) => unusual(value, most).map(Some),
        _ => Ok(None),
    }
}

#[inline]
pub(crate) fn external_id(id: String) -> Checked<ExternalId> {
    ExternalId::try_from(id).or_else(|_| invalid("is no id of 1 to 128 bytes without control characters"))
}

pub(super) fn date(date: wire::Date) -> Checked<Date> {
    if !(1900..=2200).contains(&date.year) {
        return invalid("is in no year from 1900 to 2200");
    }
    let part = |part: u8| i8::try_from(part).unwrap_or(0);
    let year = i16::try_from(date.year).expect("checked above");
    Date::new(year, part(date.month), part(date.day)).or_else(|_| invalid("is no day of the calendar"))
}

pub(super) fn optional_date(value: Option<wire::Date>) -> Checked<Option<Date>> {
    value.map(date).transpose()
}

pub(super) fn period(period: wire::Period) -> Checked<Period> {
    let (year, month) = (i16::try_from(period.year), i8::try_from(period.month));
    match (year, month) {
        (Ok(year), Ok(month)) => Period::new(year, month).or_else(|_| invalid("is no month of a sensible year")),
        _ => invalid("is no month of a sensible year"),
    }
}

#[inline]
pub(super) fn decimal(decimal: wire::Decimal) -> Checked<Decimal> {
    if decimal.scale > 12 {
        return invalid("has more than 12 decimal places");
    }
    Ok(Decimal::new(decimal.unscaled, u32::from(decimal.scale)))
}

#[inline]
pub(super) fn quantity(quantity: wire::Quantity) -> Checked<(Decimal, String)> {
    Ok((decimal(quantity.value).at("value")?, word(quantity.unit, 16).at("unit")?))
}

#[inline]
pub(super) fn money(minor: i64, currency: Currency) -> Checked<Money> {
    let amount = Money { minor, currency };
    if is_believable(amount) { Ok(amount) } else { invalid("is an amount nobody owes a utility") }
}

pub(super) fn optional_money(minor: Option<i64>, currency: Currency) -> Checked<Option<Money>> {
    minor.map(|minor| money(minor, currency)).transpose()
}

pub(super) fn currency(code: &str, expected: &Expected) -> Checked<Currency> {
    if code == expected.currency.code() { Ok(expected.currency) } else { invalid("is not the provider's currency") }
}

pub(super) fn issuer(issuer: Option<wire::Issuer>) -> Checked<Option<Issuer>> {
    let Some(issuer) = issuer else { return Ok(None) };
    Ok(Some(Issuer { code: word(issuer.code, 32).at("code")?, name: optional_text(issuer.name, TEXT).at("name")? }))
}

/// The end of a day, or a moment.
pub(super) fn point_in_time(point: wire::PointInTime, expected: &Expected) -> Checked<Timestamp> {
    match point {
        wire::PointInTime::Day(day) => {
            let next = date(day)?.checked_add(1.day());
            let next = next.and_then(|next| next.to_zoned(expected.zone.clone()));
            next.map(|midnight| midnight.timestamp()).or_else(|_| invalid("is no day of the calendar"))
        }
        wire::PointInTime::Moment(moment) => instant(moment),
    }
}

/// A moment.
pub(super) fn instant(wire::Instant { seconds, nanoseconds }: wire::Instant) -> Checked<Timestamp> {
    // years 1900 to 2200
    if !(-2_208_988_800..7_289_654_400).contains(&seconds) || nanoseconds >= 1_000_000_000 {
        return invalid("is no moment from 1900 to 2200");
    }
    let nanoseconds = i32::try_from(nanoseconds).expect("checked above");
    Timestamp::new(seconds, nanoseconds).or_else(|_| invalid("is no moment from 1900 to 2200"))
}

/// A cursor of the adapter's own notation.
pub(super) fn cursor(cursor: Option<String>) -> Checked<Option<String>> {
    cursor.map(|cursor| word(cursor, 1024)).transpose()
}

pub(crate) fn wire_date(date: Date) -> wire::Date {
    // the hub's own dates are of the years 1900 to 2200
    let part = |part: i8| u8::try_from(part).expect("months and days are above zero");
    wire::Date { year: u16::try_from(date.year()).unwrap_or(0), month: part(date.month()), day: part(date.day()) }
}

pub(crate) fn wire_period(period: Period) -> wire::Period {
    let year = u16::try_from(period.year()).expect("periods begin in 1900");
    wire::Period { year, month: u8::try_from(period.month()).expect("months are above zero") }
}

/// None for a number that the contract cannot express.
pub(crate) fn wire_decimal(decimal: Decimal) -> Option<wire::Decimal> {
    let decimal = if decimal.scale() > 12 { decimal.normalize() } else { decimal };
    let scale = u8::try_from(decimal.scale()).ok().filter(|scale| *scale <= 12)?;
    Some(wire::Decimal { unscaled: i64::try_from(decimal.mantissa()).ok()?, scale })
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::*;

    fn expected() -> Expected {
        Expected { currency: "RSD".parse().unwrap(), zone: TimeZone::get("Europe/Belgrade").unwrap() }
    }

    #[test]
    fn texts_have_bounds_in_characters_and_no_control_characters() {
        assert!(text("č".repeat(256), TEXT).is_ok());
        assert!(text("č".repeat(257), TEXT).is_err());
        assert!(text("a\u{0}b".into(), TEXT).is_err());
        assert!(text("a\nb".into(), TEXT).is_err());
        assert!(word("  ".into(), TEXT).is_err());
        assert_eq!(optional_text(Some(" ".into()), TEXT), Ok(None));
        assert!(external_id("x".repeat(129)).is_err() && external_id(String::new()).is_err());
    }

    #[test]
    fn days_are_days_of_sensible_years() {
        let day = |year, month, day| date(wire::Date { year, month, day });
        assert!(day(2024, 2, 29).is_ok());
        for (year, month, d) in
            [(2023, 2, 29), (9999, 1, 1), (1899, 12, 31), (2024, 0, 1), (2024, 13, 1), (2024, 1, 200)]
        {
            assert!(day(year, month, d).is_err(), "{year}-{month}-{d}");
        }
        assert!(period(wire::Period { year: 2024, month: 13 }).is_err());
        assert!(period(wire::Period { year: 65535, month: 1 }).is_err());
    }

    #[test]
    fn amounts_are_believable_and_in_the_providers_currency() {
        let rsd = expected().currency;
        assert!(money(-1_000_000_000_000_000, rsd).is_ok());
        assert!(money(1_000_000_000_000_001, rsd).is_err());
        assert!(money(i64::MIN, rsd).is_err());
        assert!(currency("RSD", &expected()).is_ok());
        assert!(currency("EUR", &expected()).is_err());
        assert!(currency("rsd", &expected()).is_err());
    }

    #[test]
    fn a_day_ends_at_the_providers_midnight() {
        let day = wire::PointInTime::Day(wire::Date { year: 2024, month: 7, day: 31 });
        assert_eq!(point_in_time(day, &expected()).unwrap().to_string(), "2024-07-31T22:00:00Z");
        let never = wire::PointInTime::Moment(wire::Instant { seconds: i64::MAX, nanoseconds: 0 });
        assert!(point_in_time(never, &expected()).is_err());
    }

    #[test]
    fn decimals_keep_their_places_both_ways() {
        let printed = decimal(wire::Decimal { unscaled: 150, scale: 2 }).unwrap();
        assert_eq!(printed.to_string(), "1.50");
        let back = wire_decimal(printed).unwrap();
        assert_eq!((back.unscaled, back.scale), (150, 2));
        assert!(decimal(wire::Decimal { unscaled: 1, scale: 13 }).is_err());
        assert!(wire_decimal(Decimal::MAX).is_none());
    }
}
