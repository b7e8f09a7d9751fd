//! Handing messages to workers, and taking them back from dead ones.

use jiff::{SignedDuration, Timestamp};
use komunala_app::{
    ports::{
        StoreError,
        outbox::{Claimed, NewMessage},
    },
    sealing::SealingKey,
};
use komunala_domain::ids::MessageId;
use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder};

use super::letter::Sealed;
use crate::{
    columns::{damaged, micros, parsed, time, time_if_any},
    database::{Failure, Tx},
    entities::message::{Column, Entity, Model},
};

/// Claims messages that are due. Those that are pointless by now are given up instead.
pub(super) async fn claim(tx: Tx, limit: u32, lease: SignedDuration, now: Timestamp) -> Result<Vec<Claimed>, Failure> {
    let sql = tx.skipping_locked(
        "UPDATE messages SET state = 'claimed', attempt = attempt + 1, lease_until = $1
         WHERE id IN (SELECT id FROM messages WHERE state = 'pending' AND due_at <= $2
                      ORDER BY due_at, id LIMIT $3 + 0 {lock})
         RETURNING *",
    );
    let values = vec![micros(now + lease).into(), micros(now).into(), i64::from(limit).into()];
    let mut claimed = Vec::new();
    for row in tx.rows(&sql, values).await? {
        let message = Model::from_query_result(&row, "")?;
        if message.expires_at.is_some_and(|expires| expires <= micros(now)) {
            give_up(&tx, &message, "expired before it was sent").await?;
        } else {
            claimed.push(message);
        }
    }
    // RETURNING has no order of its own
    claimed.sort_by_key(|message| (message.due_at, message.id));
    open(&tx, claimed).await
}

async fn give_up(tx: &Tx, message: &Model, reason: &str) -> Result<(), Failure> {
    let sql = "UPDATE messages SET state = 'failed', lease_until = NULL, reason = $2 WHERE id = $1";
    tx.execute(sql, vec![message.id.into(), reason.into()]).await?;
    Ok(())
}

/// Opens messages. Those to people who were erased are given up.
async fn open(tx: &Tx, rows: Vec<Model>) -> Result<Vec<Claimed>, Failure> {
    let owners: Vec<_> = rows.iter().filter_map(|row| row.owner_id).collect();
    let keys = tx.vault().keys(&owners).await?;
    let mut opened = Vec::with_capacity(rows.len());
    for row in rows {
        match row.owner_id.and_then(|owner| keys.get(&owner)) {
            Some(key) => opened.push(to_claimed(key, row)?),
            None => give_up(tx, &row, "its addressee was erased").await?,
        }
    }
    Ok(opened)
}

/// Makes claims due again whose lease ran out before the body left; answers those whose body may have left.
pub(super) async fn recover(tx: Tx, now: Timestamp) -> Result<Vec<Claimed>, Failure> {
    let sql = "UPDATE messages SET state = 'pending', lease_until = NULL, due_at = $1
               WHERE state = 'claimed' AND lease_until <= $1";
    tx.execute(sql, vec![micros(now).into()]).await?;
    let cut = Entity::find()
        .filter(Column::State.eq("data_started"))
        .filter(Column::LeaseUntil.lte(micros(now)))
        .order_by_asc(Column::Id)
        .all(tx.session())
        .await?;
    open(&tx, cut).await
}

fn to_claimed(key: &SealingKey, row: Model) -> Result<Claimed, StoreError> {
    const WHAT: &str = "message";
    let id = MessageId::from_uuid(row.id);
    let sealed = Sealed::open(key, id, &row.sealed)?;
    Ok(Claimed {
        tenant: parsed(WHAT, &row.tenant)?,
        message: NewMessage {
            id,
            provider: parsed(WHAT, &row.provider)?,
            subject: row.subject,
            recipient: parsed(WHAT, &sealed.recipient)?,
            language: parsed(WHAT, &row.language)?,
            content: sealed.content,
            expires: time_if_any(WHAT, row.expires_at)?,
        },
        attempt: u32::try_from(row.attempt).map_err(|_| damaged(WHAT, "the attempt is negative"))?,
        created: time(WHAT, row.created_at)?,
    })
}
