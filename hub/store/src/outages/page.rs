//! Reading outages back.

use jiff::Timestamp;
use komunala_app::ports::{
    StoreError,
    outages::{ConcernedPoints, OutageCopy, OutageCursor},
};
use komunala_domain::{ExternalId, Outage, TenantId, ids::OutageId, outage::OutageState};
use sea_orm::{QueryResult, Value};
use serde::{Deserialize, Serialize};

use super::WHAT;
use crate::columns::{column, from_json, micros, parsed, time_if_any, uuid};

/// What keeps numbers of supply points apart; none of them holds a control character.
const SEPARATOR: char = '\u{1f}';

/// The column `content`. How many supply points there are stands in it, so that other ones make another content.
#[derive(Serialize, Deserialize)]
pub(crate) struct Kept {
    external_id: ExternalId,
    revision: u32,
    state: OutageState,
    start: Timestamp,
    end: Option<Timestamp>,
    reason: Option<String>,
    changed: Timestamp,
    points: usize,
}

impl Kept {
    /// What is kept of an outage.
    pub(crate) fn of(outage: &Outage) -> Self {
        Self {
            external_id: outage.external_id.clone(),
            revision: outage.revision,
            state: outage.state,
            start: outage.start,
            end: outage.end,
            reason: outage.reason.clone(),
            changed: outage.changed,
            points: outage.point_numbers.len(),
        }
    }

    /// What was said last.
    pub(crate) fn state(&self) -> OutageState {
        self.state
    }

    /// The outage, with these of its supply points.
    pub(crate) fn outage(self, point_numbers: Vec<String>) -> Outage {
        Outage {
            external_id: self.external_id,
            revision: self.revision,
            state: self.state,
            start: self.start,
            end: self.end,
            reason: self.reason,
            point_numbers,
            changed: self.changed,
        }
    }
}

/// The statement of a page, the latest to begin first; `None` where no supply point is meant.
pub(super) fn at(
    tenant: &TenantId,
    points: &[ConcernedPoints],
    after: Option<OutageCursor>,
    limit: u32,
) -> Option<(String, Vec<Value>)> {
    let mut values: Vec<Value> = vec![tenant.as_str().into(), SEPARATOR.to_string().into()];
    let mut name = |value: Value| {
        values.push(value);
        format!("${}", values.len())
    };
    let mut of_providers = Vec::new();
    for points in points.iter().filter(|points| !points.numbers.is_empty()) {
        let provider = name(points.provider.as_str().into());
        let numbers: Vec<_> = points.numbers.iter().map(|number| name(number.as_str().into())).collect();
        of_providers.push(format!("(o.provider = {provider} AND p.point_number IN ({}))", numbers.join(", ")));
    }
    if of_providers.is_empty() {
        return None;
    }
    let after = match after {
        Some(OutageCursor { start, id }) => {
            format!("AND (o.start_at, o.id) < ({}, {})", name(micros(start).into()), name(id.uuid().into()))
        }
        None => String::new(),
    };
    let limit = name(i64::from(limit).into());
    let sql = format!(
        "SELECT o.id, o.provider, o.content, f.as_of, string_agg(p.point_number, CAST($2 AS TEXT))
         FROM outage_points p JOIN outages o ON o.id = p.outage_id
         LEFT JOIN outage_feeds f ON f.tenant = $1 AND f.provider = o.provider
         WHERE p.tenant = $1 AND o.tenant = $1 AND p.gone_in IS NULL AND ({}) {after}
         GROUP BY o.id, o.provider, o.content, o.start_at, f.as_of
         ORDER BY o.start_at DESC, o.id DESC LIMIT {limit} + 0",
        of_providers.join(" OR ")
    );
    Some((sql, values))
}

/// A row of the statement above.
pub(super) fn read(row: &QueryResult) -> Result<OutageCopy, StoreError> {
    let kept: Kept = from_json(WHAT, &column::<String>(WHAT, row, 2)?)?;
    let mut numbers: Vec<String> = column::<String>(WHAT, row, 4)?.split(SEPARATOR).map(str::to_owned).collect();
    numbers.sort_unstable();
    Ok(OutageCopy {
        id: OutageId::from_uuid(uuid(WHAT, row, 0)?),
        provider: parsed(WHAT, &column::<String>(WHAT, row, 1)?)?,
        outage: kept.outage(numbers),
        as_of: time_if_any(WHAT, column(WHAT, row, 3)?)?,
    })
}
