//! Submitted readings whose fate the billing system has yet to tell.

use jiff::Timestamp;
use komunala_app::ports::{StoreError, readings::Unsettled};
use komunala_domain::{
    ids::{AccountId, ReadingId},
    reading::ReadingState,
};
use sea_orm::{EntityTrait, FromQueryResult, QueryResult};

use super::LEASE;
use crate::{
    columns::{Word, damaged, from_json, micros, parsed},
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
