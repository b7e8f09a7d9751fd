//! Turns: a row per provider and work, which says who has it and until when.

use jiff::Timestamp;
use komunala_app::ports::feeds::{FeedTask, Turn};
use komunala_domain::{ProviderId, TenantId};
use sea_orm::Value;

use crate::{
    columns::{Word, micros},
    database::{Failure, Tx},
};

fn named(tenant: &TenantId, turn: &Turn) -> Vec<Value> {
    vec![tenant.as_str().into(), turn.provider.as_str().into(), turn.task.word().into(), turn.holder.into()]
}

/// Takes a turn that is due.
pub(super) async fn take(
    tx: Tx,
    tenant: &TenantId,
    turn: &Turn,
    until: Timestamp,
    now: Timestamp,
) -> Result<bool, Failure> {
    let sql = "INSERT INTO feed_turns (tenant, provider, task, holder, until) VALUES ($1, $2, $3, $4, $5)
               ON CONFLICT (tenant, provider, task) DO UPDATE
               SET holder = excluded.holder, until = excluded.until WHERE feed_turns.until <= $6";
    let mut values = named(tenant, turn);
    values.extend([micros(until).into(), micros(now).into()]);
    Ok(tx.execute(sql, values).await? == 1)
}

/// Holds the row of a turn until the end of the transaction, and makes it last; `false` when somebody else has it.
pub(crate) async fn hold(tx: &Tx, tenant: &TenantId, turn: &Turn, until: Option<Timestamp>) -> Result<bool, Failure> {
    let sql = "UPDATE feed_turns SET until = COALESCE($5, until)
               WHERE tenant = $1 AND provider = $2 AND task = $3 AND holder = $4";
    let mut values = named(tenant, turn);
    values.push(until.map(micros).into());
    Ok(tx.execute(sql, values).await? == 1)
}

/// Lets a turn that nobody has be due now.
pub(super) async fn hasten(
    tx: Tx,
    tenant: &TenantId,
    (provider, task): (&ProviderId, FeedTask),
    now: Timestamp,
) -> Result<(), Failure> {
    let sql = "UPDATE feed_turns SET until = $4
               WHERE tenant = $1 AND provider = $2 AND task = $3 AND holder IS NULL AND until > $4";
    let values = vec![tenant.as_str().into(), provider.as_str().into(), task.word().into(), micros(now).into()];
    tx.execute(sql, values).await?;
    Ok(())
}

/// Ends a turn; the next one is due at `due`.
pub(super) async fn end(tx: Tx, tenant: &TenantId, turn: &Turn, due: Timestamp) -> Result<(), Failure> {
    let sql = "UPDATE feed_turns SET holder = NULL, until = $5
               WHERE tenant = $1 AND provider = $2 AND task = $3 AND holder = $4";
    let mut values = named(tenant, turn);
    values.push(micros(due).into());
    tx.execute(sql, values).await?;
    Ok(())
}
