//! Reading readings back.

use komunala_app::ports::{
    StoreError,
    readings::{ReadingCopy, ReadingCursor},
};
use komunala_domain::{
    ids::{AccountId, MeterId, ReadingId, SupplyPointId},
    reading::ReadingState,
};
use sea_orm::{QueryResult, Value};

use crate::{
    accounts::Reach,
    columns::{Word, column, day, from_json, time, uuid},
};

const WHAT: &str = "reading";

const SELECT: &str = "SELECT r.id, r.account_id, m.point_id, r.meter_id, r.content, r.state, r.reason, r.as_of
    FROM readings r JOIN meters m ON m.id = r.meter_id
    JOIN links l ON l.account_id = r.account_id JOIN accounts a ON a.id = r.account_id";

/// The statement of a page of a meter's readings, newest first.
pub(super) fn of_meter(
    mut reach: Reach,
    meter: MeterId,
    after: Option<ReadingCursor>,
    limit: u32,
) -> (String, Vec<Value>) {
    let condition = reach.condition().to_owned();
    let meter = reach.value(meter.uuid());
    let after = match after {
        Some(ReadingCursor { date, id }) => {
            format!("AND (r.date, r.id) < ({}, {})", reach.value(day(date)), reach.value(id.uuid()))
        }
        None => String::new(),
    };
    let limit = reach.limit(limit);
    let sql = format!(
        "{SELECT} WHERE {condition} AND r.tenant = $1 AND m.tenant = $1 AND r.meter_id = {meter} {after}
         ORDER BY r.date DESC, r.id DESC {limit}"
    );
    (sql, reach.into_values())
}

/// The statement of a supply point's newest readings.
pub(super) fn of_point(mut reach: Reach, point: SupplyPointId, limit: u32) -> (String, Vec<Value>) {
    let condition = reach.condition().to_owned();
    let point = reach.value(point.uuid());
    let limit = reach.limit(limit);
    let sql = format!(
        "{SELECT} WHERE {condition} AND r.tenant = $1 AND m.tenant = $1 AND m.point_id = {point}
         ORDER BY r.date DESC, r.id DESC {limit}"
    );
    (sql, reach.into_values())
}

/// The statement of one reading.
pub(super) fn one(mut reach: Reach, id: ReadingId) -> (String, Vec<Value>) {
    let condition = reach.condition().to_owned();
    let id = reach.value(id.uuid());
    let sql = format!("{SELECT} WHERE {condition} AND r.tenant = $1 AND m.tenant = $1 AND r.id = {id}");
    (sql, reach.into_values())
}

/// A row of the statements above.
pub(super) fn read(row: &QueryResult) -> Result<ReadingCopy, StoreError> {
    Ok(ReadingCopy {
        id: ReadingId::from_uuid(uuid(WHAT, row, 0)?),
        account: AccountId::from_uuid(uuid(WHAT, row, 1)?),
        point: SupplyPointId::from_uuid(uuid(WHAT, row, 2)?),
        meter: MeterId::from_uuid(uuid(WHAT, row, 3)?),
        reading: from_json(WHAT, &column::<String>(WHAT, row, 4)?)?,
        state: ReadingState::of(&column::<String>(WHAT, row, 5)?)?,
        reason: column(WHAT, row, 6)?,
        as_of: time(WHAT, column(WHAT, row, 7)?)?,
    })
}
