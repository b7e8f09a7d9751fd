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

use super::tell::{Step, tell};
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
                post(tx, tenant, row, reading, as_of).await?;
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

/// Whether a row says the same as the billing system. To that one whatever the hub hands in is the customer's, while the
/// row knows whether it was typed by staff or came by SMS: the column has told already that both mean the same.
fn says(row: &Model, reading: &Reading) -> bool {
    let kept = serde_json::from_str::<Reading>(&row.content);
    kept.is_ok_and(|kept| Reading { source: reading.source, ..kept } == *reading)
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
        handed_in_at: Set(None),
        tell_user: Set(None),
    })
}

async fn post(tx: &Tx, tenant: &TenantId, row: &Model, reading: &Reading, as_of: Timestamp) -> Result<(), Failure> {
    let content = if says(row, reading) { row.content.clone() } else { json(reading)? };
    let sql =
        "UPDATE readings SET content = $3, state = 'posted', reason = NULL, as_of = $4, ask_at = NULL, tell_user = NULL
               WHERE tenant = $1 AND id = $2";
    tx.execute(sql, vec![tenant.as_str().into(), row.id.into(), content.into(), micros(as_of).into()]).await?;
    let Some(user) = row.tell_user else { return Ok(()) };
    let step = Step {
        id: ReadingId::from_uuid(row.id),
        before: ReadingState::of(&row.state)?,
        after: ReadingState::Posted,
        is_waited_for: row.tries == 0,
    };
    tell(tx, tenant, (row.account_id, user), step, as_of).await
}
