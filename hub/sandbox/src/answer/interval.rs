//! Series of measured values.

use std::collections::HashSet;

use jiff::{SignedDuration, Timestamp};
use komunala_app::ports::billing::Part;
use komunala_domain::{
    ExternalId,
    interval::{Direction, IntervalValue, Measure, Quality, Selection, Series, Span},
};

use super::{
    At, Checked, Invalid, invalid, list,
    value::{cursor, decimal, instant, word},
};
use crate::contract::v0_1::intervals::exports::komunala::adapter::intervals as wire;

/// The most series of a page.
const SERIES: usize = 64;
/// The most values of a page, over all its series.
pub(crate) const VALUES: usize = 10_000;
/// The longest amount: a year and a day.
const LONGEST: u32 = 366 * 24 * 60 * 60;

/// What was asked for, which every series must fit.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked<'a> {
    pub(crate) point: &'a ExternalId,
    pub(crate) selection: Selection,
    pub(crate) span: Span,
}

/// A page of the series that were asked for.
pub(crate) fn page(page: wire::IntervalPage, asked: &Asked<'_>) -> Checked<Part<Series>> {
    if page.items.iter().map(|series| series.values.len()).sum::<usize>() > VALUES {
        return invalid("has too many values").at("items");
    }
    let items = list(page.items, SERIES, |series| self::series(series, asked)).at("items")?;
    let mut seen = HashSet::new();
    if !items.iter().all(|series| seen.insert((&series.serial_number, &series.register))) {
        return invalid("names a series twice").at("items");
    }
    Ok(Part { items, next: cursor(page.next).at("next")? })
}

fn series(series: wire::Series, asked: &Asked<'_>) -> Checked<Series> {
    if series.supply_point != asked.point.as_str() {
        let problem = "belongs to another supply point";
        return Err(Box::new(Invalid { field: "supply-point".to_owned(), problem, is_foreign: true }));
    }
    if direction(series.direction) != asked.selection.direction {
        return invalid("is not what was asked for").at("direction");
    }
    if measure(series.measure) != asked.selection.measure {
        return invalid("is not what was asked for").at("measure");
    }
    let fits = match asked.selection.measure {
        Measure::Amount => (1..=LONGEST).contains(&series.length),
        Measure::State => series.length == 0,
    };
    if !fits {
        return invalid("is no length of what was asked for").at("length");
    }
    let length = series.length;
    let values = list(series.values, VALUES, |value| self::value(value, length, asked)).at("values")?;
    if let Some(index) = values.windows(2).position(|pair| pair[0].end >= pair[1].end) {
        return invalid("is not later than the one before").at("end").at_index(index + 1).at("values");
    }
    Ok(Series {
        serial_number: word(series.meter, 128).at("meter")?,
        register: word(series.register, 32).at("register")?,
        unit: word(series.unit, 16).at("unit")?,
        length,
        values,
    })
}

fn value(value: wire::Interval, length: u32, asked: &Asked<'_>) -> Checked<IntervalValue> {
    let end = instant(value.end).at("end")?;
    let start = instant(value.start).at("start")?;
    if end.duration_since(start) != SignedDuration::from_secs(length.into()) {
        return invalid("is not the series' length before the end").at("start");
    }
    if !asked.span.holds(asked.selection.measure, end) {
        return invalid("is outside of what was asked for").at("end");
    }
    let quantity = decimal(value.value).at("value")?;
    if quantity.is_sign_negative() && !quantity.is_zero() {
        return invalid("is below zero").at("value");
    }
    Ok(IntervalValue {
        end,
        value: quantity,
        quality: match value.quality {
            wire::Quality::Valid => Quality::Valid,
            wire::Quality::Estimated => Quality::Estimated,
            wire::Quality::Edited => Quality::Edited,
            wire::Quality::Questionable => Quality::Questionable,
        },
        codes: list(value.codes, 8, |code| word(code, 32)).at("codes")?,
    })
}

fn direction(direction: wire::Direction) -> Direction {
    match direction {
        wire::Direction::Consumed => Direction::Consumed,
        wire::Direction::Produced => Direction::Produced,
    }
}

fn measure(measure: wire::Measure) -> Measure {
    match measure {
        wire::Measure::Amount => Measure::Amount,
        wire::Measure::State => Measure::State,
    }
}

/// What is asked for, in the contract's words.
pub(crate) fn wire_selection(selection: Selection) -> wire::Selection {
    wire::Selection {
        measure: match selection.measure {
            Measure::Amount => wire::Measure::Amount,
            Measure::State => wire::Measure::State,
        },
        direction: match selection.direction {
            Direction::Consumed => wire::Direction::Consumed,
            Direction::Produced => wire::Direction::Produced,
        },
    }
}

/// A moment, in the contract's words.
pub(crate) fn wire_instant(moment: Timestamp) -> wire::Instant {
    // nanoseconds of the contract count forwards, before 1970 too
    let nanoseconds = moment.subsec_nanosecond();
    wire::Instant {
        seconds: moment.as_second() - i64::from(nanoseconds < 0),
        nanoseconds: nanoseconds.rem_euclid(1_000_000_000).unsigned_abs(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::v0_1::types;

    fn at(seconds: i64) -> types::Instant {
        types::Instant { seconds, nanoseconds: 0 }
    }

    fn value(end: i64) -> wire::Interval {
        let value = types::Decimal { unscaled: 125, scale: 3 };
        wire::Interval { start: at(end - 900), end: at(end), value, quality: wire::Quality::Valid, codes: vec![] }
    }

    fn series() -> wire::Series {
        wire::Series {
            supply_point: "6-123456".into(),
            meter: "M-1".into(),
            direction: wire::Direction::Consumed,
            measure: wire::Measure::Amount,
            register: "total".into(),
            unit: "kWh".into(),
            length: 900,
            values: vec![value(900), value(1800)],
        }
    }

    fn check(items: Vec<wire::Series>) -> Checked<Part<Series>> {
        let asked = Asked {
            point: &"6-123456".parse().unwrap(),
            selection: Selection { measure: Measure::Amount, direction: Direction::Consumed },
            span: Span { first: Timestamp::UNIX_EPOCH, last: Timestamp::from_second(86_400).unwrap() },
        };
        page(wire::IntervalPage { items, next: None }, &asked)
    }

    fn refused_field(change: impl FnOnce(&mut wire::Series)) -> String {
        let mut series = series();
        change(&mut series);
        check(vec![series]).unwrap_err().field
    }

    #[test]
    fn an_honest_series_passes() {
        let part = check(vec![series()]).unwrap();
        assert_eq!(part.items[0].values[1].end, Timestamp::from_second(1800).unwrap());
        assert_eq!(part.items[0].values[1].value.to_string(), "0.125");
    }

    #[test]
    fn another_supply_points_series_refuses_the_answer() {
        let mut foreign = series();
        foreign.supply_point = "6-999999".into();
        let wrong = check(vec![foreign]).unwrap_err();
        assert_eq!((wrong.field.as_str(), wrong.is_foreign), ("items[0].supply-point", true));
    }

    #[test]
    fn what_was_not_asked_for_is_refused_by_name() {
        assert_eq!(refused_field(|series| series.direction = wire::Direction::Produced), "items[0].direction");
        assert_eq!(refused_field(|series| series.measure = wire::Measure::State), "items[0].measure");
        assert_eq!(refused_field(|series| series.length = 0), "items[0].length");
        assert_eq!(refused_field(|series| series.values[0] = value(0)), "items[0].values[0].end");
        assert_eq!(refused_field(|series| series.values[1] = value(87_300)), "items[0].values[1].end");
    }

    #[test]
    fn moments_are_sorted_each_once_and_as_long_as_the_series_says() {
        assert_eq!(refused_field(|series| series.values[1] = value(900)), "items[0].values[1].end");
        assert_eq!(refused_field(|series| series.values.swap(0, 1)), "items[0].values[1].end");
        assert_eq!(refused_field(|series| series.values[0].start = at(1)), "items[0].values[0].start");
        assert_eq!(refused_field(|series| series.length = 3600), "items[0].values[0].start");
    }

    #[test]
    fn values_nobody_could_have_measured_are_refused_by_name() {
        assert_eq!(refused_field(|series| series.values[0].value.unscaled = -1), "items[0].values[0].value");
        assert_eq!(refused_field(|series| series.values[0].value.scale = 13), "items[0].values[0].value");
        assert_eq!(refused_field(|series| series.values[0].end.seconds = i64::MAX), "items[0].values[0].end");
        assert_eq!(refused_field(|series| series.values[0].codes = vec!["x".into(); 9]), "items[0].values[0].codes");
        assert_eq!(refused_field(|series| series.unit = "kWh\n".into()), "items[0].unit");
    }

    #[test]
    fn a_page_has_its_bounds() {
        assert_eq!(refused_field(|series| series.values = vec![value(900); VALUES + 1]), "items");
        assert_eq!(check(vec![series(); 65]).unwrap_err().field, "items");
        assert_eq!(check(vec![series(), series()]).unwrap_err().problem, "names a series twice");
    }
}
