//! Keeping what a billing system says of readings.

use std::collections::{BTreeMap, BTreeSet, HashMap};

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
    database::{CHUNK, Failure, Lines, Tx},
    entities::reading::{ActiveModel, Column, Entity, Model},
};

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
    let readings: Vec<_> = readings.iter().map(|reading| (account, reading)).collect();
    // held though there may be no reading to keep
    accounts::lock(&tx, tenant, account).await?;
    merge(&tx, tenant, &readings, as_of).await?;
    copies::age::renew(&tx, tenant, &[account], CopyKind::Readings, as_of).await
}

/// Keeps some of accounts' readings; how old the copies are as a whole does not change by that.
pub(crate) async fn merge(
    tx: &Tx,
    tenant: &TenantId,
    readings: &[(AccountId, &Reading)],
    as_of: Timestamp,
) -> Result<(), Failure> {
    let accounts: Vec<_> = readings.iter().map(|(account, _)| *account).collect::<BTreeSet<_>>().into_iter().collect();
    accounts::lock_all(tx, tenant, &accounts).await?;
    let known = known(tx, tenant, &accounts, readings).await?;
    let mut identity = Identity::of(tx, tenant, &accounts).await?;
    let mut new: HashMap<Key, ActiveModel> = HashMap::new();
    let (mut unchanged, mut posted) = (Vec::new(), BTreeMap::new());
    for (account, reading) in readings {
        let point = identity.point(*account, reading.supply_point.as_str());
        let meter = identity.meter(point, &reading.serial_number);
        let key = (meter.uuid(), day(reading.date), reading.source.word().to_owned());
        match known.get(&key) {
            None => {
                new.insert(key, row(tenant, *account, meter, reading, as_of)?);
            }
            Some(row) if says(row, reading) && row.state == ReadingState::Posted.word() => unchanged.push(row.id),
            Some(row) if says(row, reading) || !is_on_its_way(row)? => {
                posted.insert(row.id, (row, *reading));
            }
            Some(_) => {}
        }
    }
    identity.keep(tx).await?;
    let new: Vec<ActiveModel> = new.into_values().collect();
    for rows in new.chunks(CHUNK) {
        Entity::insert_many(rows.to_vec()).exec_without_returning(tx.session()).await?;
    }
    post(tx, tenant, &posted.into_values().collect::<Vec<_>>(), as_of).await?;
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

/// What the hub has of accounts for the days of these readings.
async fn known(
    tx: &Tx,
    tenant: &TenantId,
    accounts: &[AccountId],
    readings: &[(AccountId, &Reading)],
) -> Result<HashMap<Key, Model>, Failure> {
    let mut known = HashMap::new();
    let days = || readings.iter().map(|(_, reading)| day(reading.date));
    let (Some(first), Some(last)) = (days().min(), days().max()) else { return Ok(known) };
    for accounts in accounts.chunks(CHUNK) {
        let rows = Entity::find()
            .filter(Column::Tenant.eq(tenant.as_str()))
            .filter(Column::AccountId.is_in(accounts.iter().map(|account| account.uuid())))
            .filter(Column::Date.between(first, last))
            .all(tx.session())
            .await?;
        known.extend(rows.into_iter().map(|row| ((row.meter_id, row.date, row.source.clone()), row)));
    }
    Ok(known)
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

/// What the billing system says now stands in these rows, and whoever handed one in hears of it.
async fn post(tx: &Tx, tenant: &TenantId, posted: &[(&Model, &Reading)], as_of: Timestamp) -> Result<(), Failure> {
    for posted in posted.chunks(CHUNK) {
        let mut lines = Lines::behind(vec![tenant.as_str().into(), micros(as_of).into()]);
        for (row, reading) in posted {
            let content = if says(row, reading) { row.content.clone() } else { json(reading)? };
            lines.add([row.id.into(), content.into()]);
        }
        let (lines, values) = lines.into_parts();
        let sql = format!(
            "UPDATE readings SET content = n.column2, state = 'posted', reason = NULL, as_of = $2, ask_at = NULL,
                                 tell_user = NULL
             FROM (VALUES {lines}) AS n WHERE readings.tenant = $1 AND readings.id = n.column1"
        );
        tx.execute(&sql, values).await?;
    }
    for (row, _) in posted {
        let Some(user) = row.tell_user else { continue };
        let step = Step {
            id: ReadingId::from_uuid(row.id),
            before: ReadingState::of(&row.state)?,
            after: ReadingState::Posted,
            is_waited_for: row.tries == 0,
        };
        tell(tx, tenant, (row.account_id, user), step, as_of).await?;
    }
    Ok(())
}
