//! What a supply point measured: out of the hub's copy, days that are missing or may have been revised read first.

mod calendar;
mod refresh;

use std::{collections::HashMap, fmt, str::FromStr};

use jiff::{SignedDuration, Timestamp, civil::Date};
use komunala_domain::{
    Capability, Provider, ProviderId,
    ids::{AccountId, SupplyPointId},
    interval::{Direction, IntervalValue, Measure, Selection, Series, Span},
};

use self::calendar::Calendar;
use super::place::Place;
use crate::{
    Hub,
    failure::Failure,
    page::{Page, PageRequest, Query},
    ports::{Call, intervals::IntervalDay},
    scope::UserScope,
};

/// The longest stretch of time that is asked for.
const LONGEST: SignedDuration = SignedDuration::from_hours(400 * 24);
/// How far back a list goes whose beginning nobody says.
const USUAL: SignedDuration = SignedDuration::from_hours(31 * 24);
/// How many values a page has when the caller does not say: ten days of quarter-hours, and some.
const DEFAULT_SIZE: u32 = 1000;
/// The most values of a page.
const MAX_SIZE: u32 = 5000;

/// Asks for the values of a supply point.
#[derive(Debug)]
pub struct ListIntervals {
    /// The provider.
    pub provider: ProviderId,
    /// The account.
    pub account: AccountId,
    /// The supply point.
    pub point: SupplyPointId,
    /// Which of its series.
    pub selection: Selection,
    /// From when on; 31 days before the end if nobody says.
    pub start: Option<Timestamp>,
    /// Until when; now if nobody says.
    pub end: Option<Timestamp>,
    /// Which page. It has 1000 values unless the caller says otherwise, and at most 5000.
    pub page: PageRequest,
}

/// A value, and which series it is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IntervalItem {
    /// The meter's serial number.
    pub serial_number: String,
    /// The register's code.
    pub register: String,
    /// The unit of the value.
    pub unit: String,
    /// When it begins; its end, for a state.
    pub start: Timestamp,
    /// The value.
    pub value: IntervalValue,
    /// When the billing system said so.
    pub as_of: Timestamp,
}

impl Hub {
    /// A page of the values of a supply point, by time.
    pub async fn list_intervals(
        &self,
        scope: &UserScope,
        call: Call,
        request: ListIntervals,
    ) -> Result<Page<IntervalItem>, Failure> {
        let provider = self.provider(scope.portal(), &request.provider)?;
        let calendar = Calendar { zone: provider.time_zone.clone(), selection: request.selection };
        let span = self.span(&request)?;
        let filter = format!("{}/{:?}/{:?}-{:?}", request.point, request.selection, request.start, request.end);
        let query = Query::new(&self.keys, scope, "ListIntervals", filter);
        let after: Option<Position> = query.after(&request.page.token)?;
        let place = self.place(scope, call, (&request.provider, request.account, request.point)).await?;
        self.billing(&request.provider, Capability::Intervals)?;
        let from = after.as_ref().map_or(span.first, |after| after.end.max(span.first));
        let Some(days) = self.days_until_today(&calendar, Span { first: from, ..span }) else {
            return Ok(Page { items: Vec::new(), next_token: String::new(), unreachable: Vec::new() });
        };

        let days = self.young_days(scope, call, &place, &calendar, days).await?;
        let mut items = items(days);
        items.retain(|item| span.holds(request.selection.measure, item.value.end));
        items.sort_by_key(|item| item.position());
        if let Some(after) = &after {
            items.retain(|item| item.position() > *after);
        }
        let limit = match request.page.size {
            0 => DEFAULT_SIZE,
            size => size.min(MAX_SIZE),
        };
        items.truncate(limit as usize + 1);
        Ok(query.page(items, limit, IntervalItem::position))
    }

    fn span(&self, request: &ListIntervals) -> Result<Span, Failure> {
        let last = request.end.unwrap_or_else(|| self.clock.now());
        let invalid = |problem: &str| Failure::InvalidField { field: "start_time", problem: problem.to_owned() };
        let first = match request.start {
            Some(first) => first,
            None => last.checked_sub(USUAL).map_err(|_| invalid("is out of range"))?,
        };
        if first >= last {
            return Err(invalid("must be before the end"));
        }
        if last.duration_since(first) > LONGEST {
            return Err(invalid("must be at most 400 days before the end"));
        }
        Ok(Span { first, last })
    }

    /// The days of a span that have begun; `None` where none has.
    fn days_until_today(&self, calendar: &Calendar, span: Span) -> Option<(Date, Date)> {
        let (first, last) = calendar.days_of(span);
        let today = self.clock.now().to_zoned(calendar.zone.clone()).date();
        let last = last.min(today);
        (first <= last).then_some((first, last))
    }

    /// What was consumed on days, both included.
    pub(super) async fn measured_days(
        &self,
        scope: &UserScope,
        call: Call,
        provider: &Provider,
        place: &Place,
        days: (Date, Date),
    ) -> Result<Vec<IntervalDay>, Failure> {
        self.billing(&place.provider, Capability::Intervals)?;
        let selection = Selection { measure: Measure::Amount, direction: Direction::Consumed };
        let calendar = Calendar { zone: provider.time_zone.clone(), selection };
        self.young_days(scope, call, place, &calendar, days).await
    }

    /// The days, as young as they can be had.
    async fn young_days(
        &self,
        scope: &UserScope,
        call: Call,
        place: &Place,
        calendar: &Calendar,
        (first, last): (Date, Date),
    ) -> Result<Vec<IntervalDay>, Failure> {
        let kept = async || self.intervals.days(scope, place.point_id, calendar.selection, first, last).await;
        let days = kept().await?;
        let ages: HashMap<Date, Timestamp> = days.iter().map(|day| (day.day, day.as_of)).collect();
        let stands = |day: Date| {
            ages.get(&day).is_some_and(|as_of| calendar.is_settled(day, *as_of) || self.is_fresh(Some(*as_of)))
        };
        let runs = calendar.runs((first, last), stands);
        if runs.is_empty() {
            return Ok(days);
        }
        let outcome = self.refresh_days(scope, call, place, calendar, runs).await;
        let days = kept().await?;
        if let Err(error) = outcome {
            let usable = |day: &IntervalDay| calendar.is_settled(day.day, day.as_of) || self.is_usable(Some(day.as_of));
            let wanted = usize::try_from((last - first).get_days()).unwrap_or(0) + 1;
            if days.iter().filter(|day| usable(day)).count() < wanted {
                return Err(error.into_failure(&place.provider, "supply point"));
            }
        }
        Ok(days)
    }
}

/// The values of days, one by one.
pub(super) fn items(days: Vec<IntervalDay>) -> Vec<IntervalItem> {
    let mut items = Vec::new();
    for IntervalDay { series, as_of, .. } in days {
        for Series { serial_number, register, unit, length, values } in series {
            items.extend(values.into_iter().map(|value| IntervalItem {
                serial_number: serial_number.clone(),
                register: register.clone(),
                unit: unit.clone(),
                start: value.end.checked_sub(SignedDuration::from_secs(length.into())).unwrap_or(value.end),
                value,
                as_of,
            }));
        }
    }
    items
}

impl IntervalItem {
    fn position(&self) -> Position {
        Position { end: self.value.end, serial_number: self.serial_number.clone(), register: self.register.clone() }
    }
}

/// The place of a value in a list: by time, then by meter and register.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Position {
    end: Timestamp,
    serial_number: String,
    register: String,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\u{1f}{}\u{1f}{}", self.end, self.serial_number, self.register)
    }
}

impl FromStr for Position {
    type Err = Failure;

    fn from_str(text: &str) -> Result<Self, Failure> {
        let mut parts = text.splitn(3, '\u{1f}');
        let mut next = || parts.next().ok_or(Failure::PageTokenInvalid);
        let end = next()?.parse().map_err(|_| Failure::PageTokenInvalid)?;
        Ok(Self { end, serial_number: next()?.to_owned(), register: next()?.to_owned() })
    }
}
