//! What the desk sees of readings.

use komunala_app::{
    ports::{StoreError, readings::FoundMeter},
    sealing::CopyKeys,
};
use komunala_domain::{
    ProviderId, TenantId,
    ids::{AccountId, ReadingId},
};
use sea_orm::{QueryResult, Value, prelude::Uuid};

use super::page::COLUMNS;
use crate::{
    accounts::copy,
    columns::{column, parsed, storable, uuid},
};

/// How many accounts one serial number may stand in. Makers count by themselves, so there may be more than one.
const ACCOUNTS: i64 = 20;

/// The statement of a page of the readings that came in through the hub, the youngest first.
pub(super) fn handed_in(
    tenant: &TenantId,
    provider: &ProviderId,
    after: Option<ReadingId>,
    limit: u32,
) -> (String, Vec<Value>) {
    let sql = format!("{} AND r.id < $3 ORDER BY r.id DESC LIMIT $4 + 0", of_provider());
    let after = after.map_or(Uuid::max(), ReadingId::uuid);
    (sql, vec![tenant.as_str().into(), provider.as_str().into(), after.into(), i64::from(limit).into()])
}

/// The statement of one of them.
pub(super) fn one(tenant: &TenantId, provider: &ProviderId, id: ReadingId) -> (String, Vec<Value>) {
    let sql = format!("{} AND r.id = $3", of_provider());
    (sql, vec![tenant.as_str().into(), provider.as_str().into(), id.uuid().into()])
}

fn of_provider() -> String {
    format!(
        "SELECT {COLUMNS} FROM readings r JOIN meters m ON m.id = r.meter_id JOIN accounts a ON a.id = r.account_id
         WHERE r.tenant = $1 AND m.tenant = $1 AND a.tenant = $1 AND a.provider = $2 AND r.handed_in_at IS NOT NULL"
    )
}

/// The statement of the accounts with a meter of this serial number.
pub(super) fn with_meter(tenant: &TenantId, provider: &ProviderId, serial_number: &str) -> (&'static str, Vec<Value>) {
    let sql = "SELECT DISTINCT a.id, a.external_id, a.copy, a.copied_at
               FROM meters m JOIN supply_points p ON p.id = m.point_id JOIN accounts a ON a.id = p.account_id
               WHERE m.tenant = $1 AND p.tenant = $1 AND a.tenant = $1 AND a.provider = $2 AND m.serial_number = $3
                 AND a.copy IS NOT NULL AND a.copied_at IS NOT NULL
               ORDER BY a.id LIMIT $4 + 0";
    let values =
        vec![tenant.as_str().into(), provider.as_str().into(), storable(serial_number).into(), ACCOUNTS.into()];
    (sql, values)
}

/// A row of [`with_meter`].
pub(super) fn found(keys: &CopyKeys, row: &QueryResult) -> Result<FoundMeter, StoreError> {
    const WHAT: &str = "account";
    let id = uuid(WHAT, row, 0)?;
    Ok(FoundMeter {
        account: AccountId::from_uuid(id),
        external_account: parsed(WHAT, &column::<String>(WHAT, row, 1)?)?,
        copy: copy::of_columns(keys, id, &column::<String>(WHAT, row, 2)?, column(WHAT, row, 3)?)?,
    })
}
