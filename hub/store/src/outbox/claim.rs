//! Handing messages to workers, and taking them back from dead ones.

use jiff::{SignedDuration, Timestamp};
use komunala_app::ports::{
    StoreError,
    outbox::{Claimed, NewMessage},
};
use komunala_domain::ids::MessageId;
use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder};

use crate::{
    columns::{damaged, from_json, micros, parsed, time, time_if_any},
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
            give_up(&tx, &message).await?;
        } else {
            claimed.push(message);
        }
    }
    // RETURNING has no order of its own
    claimed.sort_by_key(|message| (message.due_at, message.id));
    Ok(claimed.into_iter().map(to_claimed).collect::<Result<_, _>>()?)
}

async fn give_up(tx: &Tx, message: &Model) -> Result<(), Failure> {
    let sql = "UPDATE messages SET state = 'failed', lease_until = NULL, reason = 'expired before it was sent'
               WHERE id = $1";
    tx.execute(sql, vec![message.id.into()]).await?;
    Ok(())
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
    Ok(cut.into_iter().map(to_claimed).collect::<Result<_, _>>()?)
}

fn to_claimed(row: Model) -> Result<Claimed, StoreError> {
    const WHAT: &str = "message";
    Ok(Claimed {
        tenant: parsed(WHAT, &row.tenant)?,
        message: NewMessage {
            id: MessageId::from_uuid(row.id),
            provider: parsed(WHAT, &row.provider)?,
            subject: row.subject,
            recipient: parsed(WHAT, &row.recipient)?,
            language: parsed(WHAT, &row.language)?,
            content: from_json(WHAT, &row.content)?,
            expires: time_if_any(WHAT, row.expires_at)?,
        },
        attempt: u32::try_from(row.attempt).map_err(|_| damaged(WHAT, "the attempt is negative"))?,
        created: time(WHAT, row.created_at)?,
    })
}
