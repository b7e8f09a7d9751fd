//! Handing messages to workers, and taking them back from dead ones.

use std::collections::HashSet;

use jiff::{SignedDuration, Timestamp};
use komunala_app::{
    ports::{
        StoreError,
        outbox::{Claimed, NewMessage, Room},
    },
    sealing::SealingKey,
};
use komunala_domain::{Channel, Contact, ids::MessageId};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use super::{letter::Sealed, queue};
use crate::{
    bounces,
    columns::{damaged, micros, parsed, time, time_if_any},
    database::{Failure, Tx},
    entities::message::{Column, Entity, Model},
};

/// Claims messages that are due. Those that are pointless by now are given up instead, and those to addresses that no more
/// mail is sent to, unless somebody waits for them: whoever asks for a code says that the address is theirs.
pub(super) async fn claim(
    tx: Tx,
    room: Room<'_>,
    lease: SignedDuration,
    now: Timestamp,
) -> Result<Vec<Claimed>, Failure> {
    let taken = queue::take(&tx, room, || vec![micros(now + lease).into(), micros(now).into()]).await?;
    let urgent = queue::is_urgent;
    let addresses: Vec<_> = taken
        .iter()
        .filter(|message| !urgent(&message.queue))
        .map(|message| (message.tenant.as_str(), message.recipient_lookup.as_str()))
        .collect();
    let dead: HashSet<_> = bounces::suppressed(&tx, &addresses).await?.into_iter().collect();
    let mut claimed = Vec::with_capacity(taken.len());
    for message in taken {
        let address = (message.tenant.clone(), message.recipient_lookup.clone());
        if message.expires_at.is_some_and(|expires| expires <= micros(now)) {
            give_up(&tx, &message, "expired before it was sent").await?;
        } else if !urgent(&message.queue) && dead.contains(&address) {
            give_up(&tx, &message, "mail to this address comes back").await?;
        } else {
            claimed.push(message);
        }
    }
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
pub(super) async fn recover(tx: Tx, channel: Channel, now: Timestamp) -> Result<Vec<Claimed>, Failure> {
    let sql = "UPDATE messages SET state = 'pending', lease_until = NULL, due_at = $1
               WHERE state = 'claimed' AND lease_until <= $1 AND channel = $2";
    tx.execute(sql, vec![micros(now).into(), channel.word().into()]).await?;
    let sql = "UPDATE messages SET state = 'pending', due_at = $1, again_at = NULL
               WHERE again_at <= $1 AND state = 'unknown' AND channel = $2";
    tx.execute(sql, vec![micros(now).into(), channel.word().into()]).await?;
    let cut = Entity::find()
        .filter(Column::State.eq("data_started"))
        .filter(Column::Channel.eq(channel.word()))
        .filter(Column::LeaseUntil.lte(micros(now)))
        .order_by_asc(Column::Id)
        .all(tx.session())
        .await?;
    open(&tx, cut).await
}

fn to_claimed(key: &SealingKey, row: Model) -> Result<Claimed, StoreError> {
    const WHAT: &str = "message";
    let id = MessageId::from_uuid(row.id);
    let count = |number: i32| u32::try_from(number).map_err(|_| damaged(WHAT, "an attempt is negative"));
    let sealed = Sealed::open(key, id, &row.sealed)?;
    Ok(Claimed {
        tenant: parsed(WHAT, &row.tenant)?,
        message: NewMessage {
            id,
            provider: parsed(WHAT, &row.provider)?,
            subject: row.subject,
            recipient: contact(&row.channel, &sealed.recipient)?,
            language: parsed(WHAT, &row.language)?,
            content: sealed.content,
            expires: time_if_any(WHAT, row.expires_at)?,
        },
        attempt: count(row.attempt)?,
        tries: count(row.attempt - row.put_off)?,
        created: time(WHAT, row.created_at)?,
    })
}

fn contact(channel: &str, recipient: &str) -> Result<Contact, StoreError> {
    Contact::parse(parsed("message", channel)?, recipient).map_err(|error| damaged("message", error))
}
