//! Consumption of days whose parts were measured.

use std::collections::BTreeMap;

use jiff::{civil::Date, tz::TimeZone};
use rust_decimal::Decimal;

use super::Stretch;
use crate::interval::{Quality, Series};

/// What each register counted on a day, out of the amounts that belong to it. A day has 23, 24 or 25 hours; one of which
/// a quarter of an hour is missing has no quantity at all.
pub fn of_day(day: Date, zone: &TimeZone, series: &[Series]) -> Vec<Stretch> {
    let Some((end, seconds)) = length(day, zone) else { return Vec::new() };
    let mut registers: BTreeMap<(&str, &str), Sum> = BTreeMap::new();
    for series in series {
        let sum = registers.entry((&series.register, &series.unit)).or_default();
        for value in &series.values {
            sum.quantity += value.value;
            sum.seconds += i64::from(series.length);
            sum.is_estimated |= value.quality == Quality::Estimated;
        }
    }
    let whole = registers.into_iter().filter(|(_, sum)| sum.seconds == seconds);
    let stretch = |((register, unit), sum): ((&str, &str), Sum)| Stretch {
        register: register.to_owned(),
        unit: unit.to_owned(),
        first: day,
        end,
        quantity: sum.quantity.normalize(),
        is_estimated: sum.is_estimated,
    };
    whole.map(stretch).collect()
}

#[derive(Default)]
struct Sum {
    quantity: Decimal,
    seconds: i64,
    is_estimated: bool,
}

/// The day behind a day, and how many seconds lie between their beginnings.
fn length(day: Date, zone: &TimeZone) -> Option<(Date, i64)> {
    let end = day.tomorrow().ok()?;
    let begins = |day: Date| day.to_zoned(zone.clone()).ok().map(|midnight| midnight.timestamp());
    Some((end, begins(end)?.duration_since(begins(day)?).as_secs()))
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, civil::date};

    use super::*;
    use crate::interval::IntervalValue;

    fn quarters(day: Date, count: i64, quality: Quality) -> Series {
        let midnight = day.to_zoned(zone()).unwrap().timestamp();
        let value = |number: i64| IntervalValue {
            end: midnight + SignedDuration::from_mins(15 * number),
            value: Decimal::new(25, 2),
            quality,
            codes: vec![],
        };
        Series {
            serial_number: "M-1".to_owned(),
            register: "total".to_owned(),
            unit: "kWh".to_owned(),
            length: 900,
            values: (1..=count).map(value).collect(),
        }
    }

    fn zone() -> TimeZone {
        TimeZone::get("Europe/Ljubljana").unwrap()
    }

    #[test]
    fn a_day_is_whole_with_as_many_quarters_as_the_clock_gives_it() {
        for (day, count) in [(date(2024, 3, 31), 92), (date(2024, 4, 1), 96), (date(2024, 10, 27), 100)] {
            let told = of_day(day, &zone(), &[quarters(day, count, Quality::Valid)]);
            assert_eq!(told[0].quantity, Decimal::from(count) / Decimal::from(4), "{day}");
            assert_eq!(of_day(day, &zone(), &[quarters(day, count - 1, Quality::Valid)]), [], "{day}");
        }
    }

    #[test]
    fn two_meters_of_one_day_make_it_whole_together() {
        let day = date(2024, 4, 1);
        let all = quarters(day, 96, Quality::Valid);
        let (old, new) = all.values.split_at(40);
        let of = |serial: &str, values: &[IntervalValue]| Series {
            serial_number: serial.to_owned(),
            values: values.to_vec(),
            ..quarters(day, 0, Quality::Valid)
        };
        let told = of_day(day, &zone(), &[of("OLD", old), of("NEW", new)]);
        assert_eq!(told[0].quantity, Decimal::from(24));
    }

    #[test]
    fn an_estimate_among_the_parts_is_told() {
        let day = date(2024, 4, 1);
        assert!(of_day(day, &zone(), &[quarters(day, 96, Quality::Estimated)])[0].is_estimated);
    }
}
