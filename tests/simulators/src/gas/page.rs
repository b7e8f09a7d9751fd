//! Paging and the filters of lists.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::refusal::Refusal;
use crate::month::Month;
use crate::switches::Paging;

const DEFAULT_SIZE: usize = 20;
pub(super) const MAX_SIZE: usize = 200;

/// The query of a list, as it came in.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct ListQuery {
    page: Option<String>,
    size: Option<String>,
    from: Option<String>,
    to: Option<String>,
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Page<T> {
    items: Vec<T>,
    page: usize,
    pages: usize,
}

/// `from` and `to`, both included; on invoices either may be a month, which is compared with the period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Range {
    from: Option<Bound>,
    to: Option<Bound>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bound {
    Day(Date),
    Month(Month),
}

/// The size of a page: 1 to 200, 20 if left out.
pub(super) fn size(text: Option<&str>) -> Result<usize, Refusal> {
    text.map_or(Ok(DEFAULT_SIZE), |text| number(text, MAX_SIZE).ok_or(Refusal::bad_value("size")))
}

/// A plain number from 1 to `max`.
fn number(text: &str, max: usize) -> Option<usize> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|number| plain && (1..=max).contains(number))
}

impl ListQuery {
    /// The page of `items` that is asked for, disturbed as the switches say.
    pub(super) fn cut<T: Clone>(&self, items: Vec<T>, paging: Paging) -> Result<Page<T>, Refusal> {
        let size = size(self.size.as_deref())?;
        let page = match &self.page {
            None => 1,
            Some(text) => number(text, 1_000_000).ok_or(Refusal::bad_value("page"))?,
        };
        let items = paging.disturb(items, size);
        let pages = items.len().div_ceil(size);
        let items = items.into_iter().skip((page - 1) * size).take(size).collect();
        Ok(Page { items, page, pages })
    }

    /// The days asked for.
    pub(super) fn days(&self) -> Result<Range, Refusal> {
        self.range(|text| day(text).map(Bound::Day))
    }

    /// The days or periods asked for.
    pub(super) fn days_or_periods(&self) -> Result<Range, Refusal> {
        self.range(|text| day(text).map(Bound::Day).or_else(|| Month::parse(text).map(Bound::Month)))
    }

    fn range(&self, parse: impl Fn(&str) -> Option<Bound>) -> Result<Range, Refusal> {
        let bound = |text: &Option<String>, field| {
            text.as_deref().map(|text| parse(text).ok_or(Refusal::bad_value(field))).transpose()
        };
        Ok(Range { from: bound(&self.from, "from")?, to: bound(&self.to, "to")? })
    }
}

impl Range {
    /// Whether something of a day, and of a period where it has one, lies within.
    pub(super) fn holds(self, day: Date, period: Month) -> bool {
        let after = match self.from {
            None => true,
            Some(Bound::Day(from)) => from <= day,
            Some(Bound::Month(from)) => from <= period,
        };
        let before = match self.to {
            None => true,
            Some(Bound::Day(to)) => day <= to,
            Some(Bound::Month(to)) => period <= to,
        };
        after && before
    }
}

/// Reads `2024-07-31` and nothing else; a library would take more forms than the interface has.
pub(super) fn day(text: &str) -> Option<Date> {
    let plain = text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    text.parse().ok().filter(|_| plain)
}
