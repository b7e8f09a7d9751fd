//! Keeping what a billing system says of readings.

use std::collections::HashMap;

use jiff::Timestamp;
use komunala_app::ports::{StoreError, copies::CopyKind};
use komunala_domain::{
    Reading, TenantId,
    ids::{AccountId, MeterId, ReadingId},
    reading::ReadingState,
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, EntityTrait, QueryFilter,
    prelude::{ChronoDate, Expr, Uuid},
};

use crate::{
    accounts::{self, identity::Identity},
    columns::{Word, day, json, micros},
    copies,
    database::{Failure, Tx},
    entities::reading::{ActiveModel, Column, Entity, Model},
};

/// How many rows one statement names; both databases bound the number of its values.
const CHUNK: usize = 500;

type Key = (Uuid, ChronoDate, String);

/// A reading that is known keeps its id. One that was submitted counts as posted once the billing system says the
/// same; until it is settled, what the billing system says of an earlier submission does not overwrite it.
pub(super) async fn keep(
    tx: Tx,
    tenant: &TenantId,
    account: AccountId,
    readings: &[Reading],
    as_of: Timestamp,
) -> Result<(), Failure> {
    merge(&tx, tenant, account, &readings.iter().collect::<Vec<_>>(), as_of).await?;
    copies::age::renew(&tx, tenant, account, CopyKind::Readings, as_of).await
}

/// Keeps some of an account's readings; how old the copy is as a whole does not change by that.
pub(crate) async fn merge(
    tx: &Tx,
    tenant: &TenantId,
    account: AccountId,
    readings: &[&Reading],
    as_of: Timestamp,
) -> Result<(), Failure> {
    accounts::lock(tx, tenant, account).await?;
    let known = known(tx, tenant, account).await?;
    let mut identity = Identity::of(tx, tenant, account).await?;
    let mut new: HashMap<Key, ActiveModel> = HashMap::new();
    let mut unchanged = Vec::new();
    for reading in readings {
        let point = identity.point(reading.supply_point.as_str()).await?;
        let meter = identity.meter(point, &reading.serial_number).await?;
        let key = (meter.uuid(), day(reading.date), reading.source.word().to_owned());
        match known.get(&key) {
            None => {
                new.insert(key, row(tenant, account, meter, reading, as_of)?);
            }
            Some(row) if says(row, reading) && row.state == ReadingState::Posted.word() => unchanged.push(row.id),
            Some(row) if says(row, reading) || !is_on_its_way(row)? => {
                post(tx, tenant, row.id, reading, as_of).await?;
            }
            Some(_) => {}
        }
    }
    let new: Vec<ActiveModel> = new.into_values().collect();
    for rows in new.chunks(CHUNK) {
        Entity::insert_many(rows.to_vec()).exec_without_returning(tx.session()).await?;
    }
    for ids in unchanged.chunks(CHUNK) {
        Entity::update_many()
            .col_expr(Column::AsOf, Expr::value(micros(as_of)))
            .filter(Column::Tenant.eq(tenant.as_str()))
            .filter(Column::Id.is_in(ids.iter().copied()))
            .exec(tx.session())
            .await?;
    }
    Ok(())
}

async fn known(tx: &Tx, tenant: &TenantId, account: AccountId) -> Result<HashMap<Key, Model>, Failure> {
    let rows = Entity::find()
        .filter(Column::Tenant.eq(tenant.as_str()))
        .filter(Column::AccountId.eq(account.uuid()))
        .all(tx.session())
        .await?;
    Ok(rows.into_iter().map(|row| ((row.meter_id, row.date, row.source.clone()), row)).collect())
}

fn says(row: &Model, reading: &Reading) -> bool {
    serde_json::from_str::<Reading>(&row.content).is_ok_and(|kept| kept == *reading)
}

fn is_on_its_way(row: &Model) -> Result<bool, StoreError> {
    Ok(matches!(ReadingState::of(&row.state)?, ReadingState::Received | ReadingState::Unknown))
}

fn row(
    tenant: &TenantId,
    account: AccountId,
    meter: MeterId,
    reading: &Reading,
    as_of: Timestamp,
) -> Result<ActiveModel, StoreError> {
    Ok(ActiveModel {
        id: Set(ReadingId::new().uuid()),
        tenant: Set(tenant.to_string()),
        account_id: Set(account.uuid()),
        meter_id: Set(meter.uuid()),
        date: Set(day(reading.date)),
        source: Set(reading.source.word().to_owned()),
        content: Set(json(reading)?),
        state: Set(ReadingState::Posted.word().to_owned()),
        reason: Set(None),
        as_of: Set(micros(as_of)),
        tries: Set(0),
        ask_at: Set(None),
    })
}

async fn post(tx: &Tx, tenant: &TenantId, id: Uuid, reading: &Reading, as_of: Timestamp) -> Result<(), Failure> {
    let sql = "UPDATE readings SET content = $3, state = 'posted', reason = NULL, as_of = $4, ask_at = NULL
               WHERE tenant = $1 AND id = $2";
    let values = vec![tenant.as_str().into(), id.into(), json(reading)?.into(), micros(as_of).into()];
    tx.execute(sql, values).await?;
    Ok(())
}
