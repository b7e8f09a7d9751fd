//! Misdeeds with series and outages. Nobody measures anything: every quarter-hour is the same.

use komunala_adapter_sdk::{
    Decimal, Error,
    intervals::{Interval, IntervalPage, Intervals, Measure, Quality, Selection, Series},
    outages::{Outage, OutagePage, OutageState, Outages},
    types::Instant,
};

use crate::{Broken, misdeed};

const POINT: &str = "P-17";
const QUARTER_HOUR: u32 = 900;
const DAY: u32 = 86_400;

fn instant(seconds: i64) -> Instant {
    Instant { seconds, nanoseconds: 0 }
}

fn malformed() -> Error {
    Error::rejected("since", "malformed", "not a cursor of this list")
}

impl Intervals for Broken {
    fn list_intervals(
        _: String,
        supply_point: String,
        selection: Selection,
        first: Instant,
        last: Instant,
        since: Option<String>,
    ) -> Result<IntervalPage, Error> {
        if since.is_some() {
            return Err(malformed());
        }
        if supply_point != POINT {
            return Err(Error::NotFound);
        }
        let (step, length, before) = match selection.measure {
            Measure::Amount => (QUARTER_HOUR, QUARTER_HOUR, 1),
            Measure::State => (DAY, 0, 0),
        };
        let step = i64::from(step);
        let begin = (first.seconds + before + step - 1).div_euclid(step) * step;
        let end = if misdeed::is("series") { last.seconds - 1 } else { last.seconds };
        let value = |end: i64| Interval {
            start: instant(end - i64::from(length)),
            end: instant(end),
            value: Decimal::new(125, 3),
            quality: Quality::Valid,
            codes: Vec::new(),
        };
        let series = Series {
            supply_point,
            meter: "none".to_owned(),
            direction: selection.direction,
            measure: selection.measure,
            register: "total".to_owned(),
            unit: "kWh".to_owned(),
            length: if misdeed::is("hub-intervals") { length + 1 } else { length },
            values: (begin..=end).step_by(usize::try_from(step).unwrap_or(1)).map(value).collect(),
        };
        Ok(IntervalPage { items: vec![series], next: None })
    }
}

impl Outages for Broken {
    fn outages_since(since: Option<String>, _: u16) -> Result<OutagePage, Error> {
        let begin = 1_793_600_000;
        let lasts = if misdeed::is("hub-outages") { -3600 } else { 3600 };
        let outage = Outage {
            id: "O-1".to_owned(),
            revision: 1,
            state: OutageState::Announced,
            start: instant(begin),
            end: Some(instant(begin + lasts)),
            reason: None,
            point_numbers: vec![POINT.to_owned()],
            changed: instant(begin - 400_000),
        };
        let items = match since.as_deref() {
            None => vec![outage],
            Some("1") => Vec::new(),
            Some(_) => return Err(malformed()),
        };
        Ok(OutagePage { items, next: "1".to_owned(), at_end: true })
    }
}
