//! Submitted readings whose fate the billing system has yet to tell, and what it told.

use jiff::Timestamp;
use komunala_app::ports::{
    StoreError,
    readings::{Settlement, Unsettled},
};
use komunala_domain::{
    TenantId,
    ids::{AccountId, ReadingId},
    reading::ReadingState,
};
use sea_orm::{EntityTrait, FromQueryResult, QueryResult, prelude::Uuid};

use super::{
    take_in::LEASE,
    tell::{Step, tell},
};
use crate::{
    columns::{Word, column, damaged, from_json, micros, parsed, storable, uuid},
    database::{Failure, Tx},
    entities::{account, reading},
};

const WHAT: &str = "reading";

/// Readings that are due, leased to the caller.
pub(super) async fn unsettled(tx: Tx, limit: u32, now: Timestamp) -> Result<Vec<Unsettled>, Failure> {
    let sql = tx.skipping_locked(
        "UPDATE readings SET ask_at = $1, tries = tries + 1
         WHERE id IN (SELECT id FROM readings WHERE ask_at <= $2 ORDER BY ask_at, id LIMIT $3 + 0 {lock})
         RETURNING *",
    );
    let values = vec![micros(now + LEASE).into(), micros(now).into(), i64::from(limit).into()];
    let mut unsettled = Vec::new();
    for row in tx.rows(&sql, values).await? {
        unsettled.push(to_unsettled(&tx, &row).await?);
    }
    Ok(unsettled)
}

async fn to_unsettled(tx: &Tx, row: &QueryResult) -> Result<Unsettled, Failure> {
    let row = reading::Model::from_query_result(row, "")?;
    let account = account::Entity::find_by_id(row.account_id)
        .one(tx.session())
        .await?
        .ok_or_else(|| damaged(WHAT, "its account is missing"))?;
    let unsettled = || -> Result<Unsettled, StoreError> {
        Ok(Unsettled {
            tenant: parsed(WHAT, &row.tenant)?,
            provider: parsed(WHAT, &account.provider)?,
            account: parsed(WHAT, &account.external_id)?,
            account_id: AccountId::from_uuid(row.account_id),
            id: ReadingId::from_uuid(row.id),
            reading: from_json(WHAT, &row.content)?,
            state: ReadingState::of(&row.state)?,
            // this time is yet to come
            tries: u32::try_from(row.tries - 1).map_err(|_| damaged(WHAT, "its tries are negative"))?,
        })
    };
    Ok(unsettled()?)
}

/// Notes what the billing system said. What it has booked stays booked, whichever answer comes last.
pub(super) async fn settle(tx: Tx, tenant: &TenantId, id: ReadingId, settlement: &Settlement) -> Result<(), Failure> {
    let held =
        tx.locking("SELECT state, tries, account_id, tell_user FROM readings WHERE tenant = $1 AND id = $2 {lock}");
    let Some(row) = tx.row(&held, vec![tenant.as_str().into(), id.uuid().into()]).await? else { return Ok(()) };
    let before = ReadingState::of(&column::<String>(WHAT, &row, 0)?)?;
    if before == ReadingState::Posted {
        return Ok(());
    }
    let after = settlement.state;
    let tell_user: Option<Uuid> = column(WHAT, &row, 3)?;
    let is_over = matches!(after, ReadingState::Posted | ReadingState::Rejected);
    let sql = "UPDATE readings SET state = $3, reason = $4, ask_at = $5, tell_user = $6 WHERE tenant = $1 AND id = $2";
    let values = vec![
        tenant.as_str().into(),
        id.uuid().into(),
        after.word().into(),
        settlement.reason.as_deref().map(storable).into(),
        settlement.ask_again.map(micros).into(),
        tell_user.filter(|_| !is_over).into(),
    ];
    tx.execute(sql, values).await?;
    let Some(user) = tell_user else { return Ok(()) };
    let is_waited_for = column::<i32>(WHAT, &row, 1)? == 0;
    let step = Step { id, before, after, is_waited_for };
    tell(&tx, tenant, (uuid(WHAT, &row, 2)?, user), step, settlement.now).await
}
