//! Handing messages to workers, and taking them back from dead ones.

use std::collections::HashSet;

use fail::fail_point;
use jiff::{SignedDuration, Timestamp};
use komunala_app::{
    ports::{
        StoreError,
        outbox::{Claimed, NewMessage, Room},
    },
    sealing::SealingKey,
};
use komunala_domain::{Channel, Contact, ids::MessageId};
use sea_orm::FromQueryResult as _;

use super::{letter::Sealed, queue};
use crate::{
    bounces,
    columns::{damaged, micros, parsed, time, time_if_any},
    database::{Failure, Tx},
    entities::message::Model,
};

/// Messages that are taken back at once; the next round takes others.
const TOGETHER: u32 = 1_000;

/// Claims messages that are due. Those that are pointless by now are given up instead, and those to addresses that no more
/// mail is sent to, unless somebody waits for them: whoever asks for a code says that the address is theirs.
pub(super) async fn claim(
    tx: Tx,
    room: Room<'_>,
    lease: SignedDuration,
    now: Timestamp,
) -> Result<Vec<Claimed>, Failure> {
    let taken = queue::take(&tx, room, || vec![micros(now + lease).into(), micros(now).into()]).await?;
    if !taken.is_empty() {
        fail_point!("store::claiming");
    }
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
    let values = || vec![micros(now).into(), channel.word().into()];
    let sql = format!(
        "UPDATE messages SET state = 'pending', lease_until = NULL, due_at = $1 WHERE id IN ({})",
        over(&tx, "claimed", "lease_until")
    );
    tx.execute(&sql, values()).await?;
    let sql = format!(
        "UPDATE messages SET state = 'pending', due_at = $1, again_at = NULL WHERE id IN ({})",
        over(&tx, "unknown", "again_at")
    );
    tx.execute(&sql, values()).await?;
    let sql = format!("SELECT * FROM messages WHERE id IN ({}) ORDER BY id", over(&tx, "data_started", "lease_until"));
    let cut: Result<Vec<_>, _> =
        tx.rows(&sql, values()).await?.iter().map(|row| Model::from_query_result(row, "")).collect();
    open(&tx, cut?).await
}

/// The statement of the messages of the channel `$2` that are in a state until a time that was over at `$1`, the longest
/// over first. It is led by the index of that time, so it costs the same however many were in that state before.
fn over(tx: &Tx, state: &str, until: &str) -> String {
    tx.skipping_locked(&format!(
        "SELECT id FROM messages WHERE state = '{state}' AND channel = $2 AND {until} <= $1
         ORDER BY {until} LIMIT {TOGETHER} {{lock}}"
    ))
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
