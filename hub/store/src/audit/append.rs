//! Putting links at the end of a chain, within the transaction that they tell of.

use jiff::Timestamp;
use komunala_app::{
    ports::audit::{Action, Actor, Chain, NewEvent},
    sealing::Link,
};
use komunala_domain::{TenantId, ids::UserId};
use sea_orm::prelude::Uuid;

use super::{TABLE, WHAT};
use crate::{
    columns::{Word, column, damaged, micros, storable},
    database::{Failure, Tx},
    sealed,
};

/// What a user does with what is theirs.
pub(crate) fn by_user(user: UserId, action: Action, target: impl Into<String>) -> NewEvent {
    NewEvent { actor: Actor::User(user), ..about(user, action, target) }
}

/// What somebody who is not signed in does with what is a user's.
pub(crate) fn about(user: UserId, action: Action, target: impl Into<String>) -> NewEvent {
    NewEvent { actor: Actor::Anybody, action, subject: Some(user), target: target.into(), details: None }
}

/// Tells in a tenant's chain what was done; see [`append`].
pub(crate) async fn tell(tx: &Tx, tenant: &TenantId, events: &[NewEvent], now: Timestamp) -> Result<(), Failure> {
    append(tx, &Chain::Tenant(tenant.clone()), events, now).await
}

/// Appends events: the last thing that a transaction does, since everybody who writes to the chain waits for it.
pub(crate) async fn append(tx: &Tx, chain: &Chain, events: &[NewEvent], now: Timestamp) -> Result<(), Failure> {
    let chain = chain.name();
    hold(tx, chain).await?;
    let (mut sequence, mut previous) = end(tx, chain).await?;
    for event in events {
        sequence += 1;
        previous = insert(tx, (chain, sequence, previous), event, now).await?;
    }
    Ok(())
}

/// The last link of a chain and its place; nothing and zeros of one that has not begun.
async fn end(tx: &Tx, chain: &str) -> Result<(i64, [u8; 32]), Failure> {
    let sql = "SELECT sequence, hash FROM audit_events WHERE tenant = $1 ORDER BY sequence DESC LIMIT 1";
    let Some(row) = tx.row(sql, vec![chain.into()]).await? else { return Ok((0, [0; 32])) };
    let hash: Vec<u8> = column(WHAT, &row, 1)?;
    let hash = hash.try_into().map_err(|_| damaged(WHAT, "a link has 32 bytes"))?;
    Ok((column(WHAT, &row, 0)?, hash))
}

/// Puts an event at its place behind the link `previous`; answers its own link.
async fn insert(
    tx: &Tx,
    (chain, sequence, previous): (&str, i64, [u8; 32]),
    event: &NewEvent,
    now: Timestamp,
) -> Result<[u8; 32], Failure> {
    let id = Uuid::now_v7();
    let sealed = seal(tx, id, event).await?;
    let actor = match &event.actor {
        Actor::User(user) => format!("user:{user}"),
        Actor::Anybody => "anybody".to_owned(),
        Actor::Operator(name) => format!("operator:{}", storable(name)),
        Actor::Hub => "hub".to_owned(),
    };
    let target = storable(&event.target);
    let link = Link {
        chain,
        sequence,
        at_micros: micros(now),
        actor: &actor,
        action: event.action.word(),
        subject: event.subject.map(UserId::uuid),
        target: &target,
        sealed: &sealed,
    };
    let hash = tx.vault().links().link(&previous, &link);
    let values = vec![
        id.into(),
        chain.into(),
        sequence.into(),
        micros(now).into(),
        actor.as_str().into(),
        event.action.word().into(),
        event.subject.map(UserId::uuid).into(),
        target.as_str().into(),
        sealed.as_str().into(),
        previous.to_vec().into(),
        hash.to_vec().into(),
    ];
    tx.execute(
        "INSERT INTO audit_events (id, tenant, sequence, at, actor, action, subject, target, sealed, previous, hash)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        values,
    )
    .await?;
    Ok(hash)
}

/// Nothing is kept of what cannot be sealed.
async fn seal(tx: &Tx, id: Uuid, event: &NewEvent) -> Result<String, Failure> {
    let (Some(subject), Some(details)) = (event.subject, &event.details) else { return Ok(String::new()) };
    match tx.vault().key(subject.uuid()).await? {
        Some(key) => Ok(sealed::seal(&key, TABLE, id, details)?),
        None => Ok(String::new()),
    }
}

/// Waits until nobody else is about to write to the chain; SQLite has one writer anyway. What was committed meanwhile is
/// seen by the next statement.
async fn hold(tx: &Tx, chain: &str) -> Result<(), Failure> {
    if tx.is_postgres() {
        let sql = "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))::text";
        tx.rows(sql, vec![format!("komunala audit {chain}").into()]).await?;
    }
    Ok(())
}
