//! Reading readings back.

use komunala_app::ports::{
    StoreError,
    readings::{ReadingCopy, ReadingCursor, ReadingsOf},
};
use komunala_domain::{
    Reading, TenantId,
    ids::{AccountId, MeterId, ReadingId, SupplyPointId},
    reading::ReadingState,
};
use sea_orm::{QueryResult, Value};

use crate::{
    accounts::Reach,
    columns::{Word, column, day, from_json, time, uuid},
};

const WHAT: &str = "reading";

/// The columns that [`read`] reads, of `readings r` and `meters m`, joined.
pub(super) const COLUMNS: &str = "r.id, r.account_id, m.point_id, r.meter_id, r.content, r.state, r.reason, r.as_of";

const FROM: &str = "FROM readings r JOIN meters m ON m.id = r.meter_id
    JOIN links l ON l.account_id = r.account_id JOIN accounts a ON a.id = r.account_id";

/// The statement of a page of readings, newest first.
pub(super) fn list(mut reach: Reach, of: ReadingsOf, after: Option<ReadingCursor>, limit: u32) -> (String, Vec<Value>) {
    let condition = reach.condition().to_owned();
    let of = match of {
        ReadingsOf::Meter(meter) => format!("r.meter_id = {}", reach.value(meter.uuid())),
        ReadingsOf::Point(point) => format!("m.point_id = {}", reach.value(point.uuid())),
    };
    let after = match after {
        Some(ReadingCursor { date, id }) => {
            format!("AND (r.date, r.id) < ({}, {})", reach.value(day(date)), reach.value(id.uuid()))
        }
        None => String::new(),
    };
    let limit = reach.limit(limit);
    let sql = format!(
        "SELECT {COLUMNS} {FROM} WHERE {condition} AND r.tenant = $1 AND m.tenant = $1 AND {of} {after}
         ORDER BY r.date DESC, r.id DESC {limit}"
    );
    (sql, reach.into_values())
}

/// The statement of one reading.
pub(super) fn one(mut reach: Reach, id: ReadingId) -> (String, Vec<Value>) {
    let condition = reach.condition().to_owned();
    let id = reach.value(id.uuid());
    let sql = format!("SELECT {COLUMNS} {FROM} WHERE {condition} AND r.tenant = $1 AND m.tenant = $1 AND r.id = {id}");
    (sql, reach.into_values())
}

/// The statement of what a supply point's readings say that were not refused, newest first.
pub(super) fn history(tenant: &TenantId, point: SupplyPointId, limit: u32) -> (&'static str, Vec<Value>) {
    let sql = "SELECT r.content FROM readings r JOIN meters m ON m.id = r.meter_id
               WHERE r.tenant = $1 AND m.tenant = $1 AND m.point_id = $2 AND r.state <> 'rejected'
               ORDER BY r.date DESC, r.id DESC LIMIT $3 + 0";
    (sql, vec![tenant.as_str().into(), point.uuid().into(), i64::from(limit).into()])
}

/// A row of [`COLUMNS`], without its photos.
pub(super) fn read(row: &QueryResult) -> Result<ReadingCopy, StoreError> {
    Ok(ReadingCopy {
        id: ReadingId::from_uuid(uuid(WHAT, row, 0)?),
        account: AccountId::from_uuid(uuid(WHAT, row, 1)?),
        point: SupplyPointId::from_uuid(uuid(WHAT, row, 2)?),
        meter: MeterId::from_uuid(uuid(WHAT, row, 3)?),
        reading: content(row, 4)?,
        state: ReadingState::of(&column::<String>(WHAT, row, 5)?)?,
        reason: column(WHAT, row, 6)?,
        as_of: time(WHAT, column(WHAT, row, 7)?)?,
        photos: Vec::new(),
    })
}

/// What a reading says, in a column of the statements above.
pub(super) fn content(row: &QueryResult, index: usize) -> Result<Reading, StoreError> {
    from_json(WHAT, &column::<String>(WHAT, row, index)?)
}
