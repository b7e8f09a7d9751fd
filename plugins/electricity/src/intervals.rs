//! `intervals`: series of measured values.

use komunala_adapter_sdk::{
    Error,
    http::Transport,
    intervals::{Interval, IntervalPage, Intervals, Measure, Selection, Series},
    types::Instant,
};

use crate::{
    AccountKey, Electricity,
    account::KILOWATT_HOURS,
    billing::BillingSystem,
    format::{Block, Value},
    metering::moment,
    reading_type::ReadingType,
};

const DAY: i64 = 24 * 60 * 60;
/// The most that a request may cover.
const LONGEST: i64 = 400 * DAY;
/// What is asked for at once of quarter-hours: 8,640 values, where a page of the contract has 10,000.
const PIECE: i64 = 90 * DAY;

impl<T: Transport> BillingSystem<T> {
    /// A page of a metering point's series; the contract's `list-intervals`. A cursor is the moment up to which was
    /// read.
    pub fn intervals(
        &self,
        account: &str,
        point: &str,
        selection: Selection,
        (first, last): (Instant, Instant),
        since: Option<&str>,
    ) -> Result<IntervalPage, Error> {
        let key = AccountKey::parse(account)?;
        let point = key.point(point)?;
        if last.seconds <= first.seconds || last.seconds - first.seconds > LONGEST {
            return Err(Error::rejected("last", "out-of-range", "after the first moment, and at most 400 days"));
        }
        let start = match since {
            None => first,
            Some(cursor) => {
                let seconds = cursor.parse().ok().filter(|seconds| (first.seconds..last.seconds).contains(seconds));
                let malformed = || Error::rejected("since", "malformed", "not a cursor of this list");
                Instant { seconds: seconds.ok_or_else(malformed)?, nanoseconds: 0 }
            }
        };
        let end = match selection.measure {
            Measure::Amount if last.seconds - start.seconds > PIECE => {
                Instant { seconds: start.seconds + PIECE, nanoseconds: 0 }
            }
            _ => last,
        };
        let blocks = self.meter_readings(point, &ReadingType::of(selection), moment(start)?, moment(end)?)?;
        let within = |value: &Value| {
            let at = (value.end.seconds, value.end.nanoseconds);
            let begun = match selection.measure {
                Measure::Amount => (start.seconds, start.nanoseconds) < at,
                Measure::State => (start.seconds, start.nanoseconds) <= at,
            };
            begun && at <= (end.seconds, end.nanoseconds)
        };
        let items = series(point, selection, blocks, within);
        Ok(IntervalPage { items, next: (end != last).then(|| end.seconds.to_string()) })
    }
}

/// Blocks of the same meter and register as one series, each moment once and in its order; what recurs counts as it
/// came last.
fn series(point: &str, selection: Selection, blocks: Vec<Block>, within: impl Fn(&Value) -> bool) -> Vec<Series> {
    let mut united: Vec<Series> = Vec::new();
    for block in blocks {
        let meter = block.meter().to_owned();
        let is_same = |series: &Series| {
            series.meter == meter && series.register == block.register && series.length == block.length
        };
        let place = united.iter().position(is_same).unwrap_or_else(|| {
            united.push(Series {
                supply_point: point.to_owned(),
                meter: meter.clone(),
                direction: selection.direction,
                measure: selection.measure,
                register: block.register.clone(),
                unit: KILOWATT_HOURS.to_owned(),
                length: block.length,
                values: Vec::new(),
            });
            united.len() - 1
        });
        let length = block.length;
        united[place].values.extend(block.values.into_iter().filter(&within).map(|value| interval(value, length)));
    }
    for series in &mut united {
        let at = |value: &Interval| (value.end.seconds, value.end.nanoseconds);
        // a stable sort keeps the later word last
        series.values.sort_by_key(at);
        series.values.reverse();
        series.values.dedup_by_key(|value| at(value));
        series.values.reverse();
    }
    united.retain(|series| !series.values.is_empty());
    united
}

fn interval(value: Value, length: u32) -> Interval {
    let start = Instant { seconds: value.end.seconds - i64::from(length), ..value.end };
    Interval { start, end: value.end, value: value.value, quality: value.quality, codes: value.codes }
}

impl Intervals for Electricity {
    fn list_intervals(
        account: String,
        supply_point: String,
        selection: Selection,
        first: Instant,
        last: Instant,
        since: Option<String>,
    ) -> Result<IntervalPage, Error> {
        BillingSystem::here()?.intervals(&account, &supply_point, selection, (first, last), since.as_deref())
    }
}
