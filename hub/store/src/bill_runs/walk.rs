//! The walk of a run over a provider's accounts, and who is on it.

use jiff::Timestamp;
use komunala_app::ports::{
    StoreError,
    bill_runs::{HeldRun, Hold, RunAccount, Stretch},
    copies::{CopyAge, CopyKind},
};
use komunala_domain::{
    Period, ProviderId, TenantId,
    ids::{AccountId, BillRunId},
};
use sea_orm::{QueryResult, Value, prelude::Uuid};

use super::WHAT;
use crate::{
    columns::{Word, column, micros, parsed, time, time_if_any, uuid},
    copies::page,
    database::{Failure, Tx},
};

/// Takes the run in hand that waited longest of those that there is something to do for. One whose walk was over, and that
/// looks again for what it left, begins from the start.
pub(super) async fn take(tx: Tx, until: Timestamp, now: Timestamp) -> Result<Option<HeldRun>, Failure> {
    let holder = Uuid::now_v7();
    let again = "walked_at IS NOT NULL AND state <> 'cancelled'";
    let sql = tx.skipping_locked(&format!(
        "UPDATE bill_runs
         SET holder = $1, held_until = $2, state = CASE WHEN state = 'pending' THEN 'running' ELSE state END,
             opened_at = CASE WHEN {again} THEN $3 ELSE opened_at END,
             place = CASE WHEN {again} THEN NULL ELSE place END,
             awaited = CASE WHEN {again} THEN 0 ELSE awaited END,
             look_at = CASE WHEN {again} THEN NULL ELSE look_at END,
             walked_at = CASE WHEN {again} THEN NULL ELSE walked_at END
         WHERE id IN (SELECT r.id FROM bill_runs r
                      WHERE r.held_until <= $3
                        AND (r.state IN ('pending', 'running') AND (r.walked_at IS NULL OR r.look_at <= $3)
                             OR r.state = 'cancelled' AND EXISTS (SELECT 1 FROM messages m
                                                                  WHERE m.state = 'pending' AND m.queue = r.queue))
                      ORDER BY r.held_until, r.id LIMIT 1 {{lock}})
         RETURNING id, tenant, provider, period, opened_at, place, state"
    ));
    let values = vec![holder.into(), micros(until).into(), micros(now).into()];
    let Some(row) = tx.row(&sql, values).await? else { return Ok(None) };
    let place: Option<Uuid> = column(WHAT, &row, 5)?;
    Ok(Some(HeldRun {
        hold: Hold { run: BillRunId::from_uuid(uuid(WHAT, &row, 0)?), holder },
        tenant: parsed(WHAT, &column::<String>(WHAT, &row, 1)?)?,
        provider: parsed(WHAT, &column::<String>(WHAT, &row, 2)?)?,
        period: parsed(WHAT, &column::<String>(WHAT, &row, 3)?)?,
        opened_at: time(WHAT, column(WHAT, &row, 4)?)?,
        after: place.map(AccountId::from_uuid),
        is_cancelled: column::<String>(WHAT, &row, 6)? == "cancelled",
    }))
}

/// The walk came to its end.
pub(super) async fn end(tx: Tx, tenant: &TenantId, hold: Hold, now: Timestamp) -> Result<(), Failure> {
    let sql = "UPDATE bill_runs SET walked_at = $4, place = NULL, holder = NULL, held_until = 0
               WHERE tenant = $1 AND id = $2 AND holder = $3";
    tx.execute(sql, with(tenant, hold, [micros(now).into()])).await?;
    Ok(())
}

/// Gives a run back.
pub(super) async fn let_go(tx: Tx, tenant: &TenantId, hold: Hold, due: Timestamp) -> Result<(), Failure> {
    let sql = "UPDATE bill_runs SET holder = NULL, held_until = $4 WHERE tenant = $1 AND id = $2 AND holder = $3";
    tx.execute(sql, with(tenant, hold, [micros(due).into()])).await?;
    Ok(())
}

/// `$1` to `$3` of a statement about a run that is held, and what comes behind them.
pub(super) fn with(tenant: &TenantId, hold: Hold, more: impl IntoIterator<Item = Value>) -> Vec<Value> {
    let mut values = vec![tenant.as_str().into(), hold.run.uuid().into(), hold.holder.into()];
    values.extend(more);
    values
}

/// The statement of the next accounts that somebody has linked.
pub(super) fn accounts(
    tenant: &TenantId,
    provider: &ProviderId,
    after: Option<AccountId>,
    limit: u32,
) -> (String, Vec<Value>) {
    let open = "l.tenant = $1 AND l.account_id = a.id AND l.since IS NOT NULL AND l.ended_at IS NULL";
    // each is looked up by its account: a join would begin with the first link of the country again for every page
    let sql = format!(
        "SELECT a.id, a.external_id,
                (SELECT c.as_of FROM copies c WHERE c.tenant = $1 AND c.account_id = a.id AND c.kind = $4),
                a.touched_at,
                (SELECT 1 FROM links l WHERE {open} AND l.suspended_at IS NULL AND l.delivery <> 'paper' LIMIT 1)
                    IS NOT NULL
         FROM accounts a
         WHERE a.tenant = $1 AND a.provider = $2 AND a.id > $3
           AND (SELECT 1 FROM links l WHERE {open} LIMIT 1) IS NOT NULL
         ORDER BY a.id LIMIT $5 + 0"
    );
    let values = vec![
        tenant.as_str().into(),
        provider.as_str().into(),
        after.map_or(Uuid::nil(), AccountId::uuid).into(),
        CopyKind::Invoices.word().into(),
        i64::from(limit).into(),
    ];
    (sql, values)
}

/// A row of [`accounts`] of a provider.
pub(super) fn account(provider: &ProviderId, row: &QueryResult) -> Result<RunAccount, StoreError> {
    Ok(RunAccount {
        age: CopyAge {
            account: AccountId::from_uuid(uuid(WHAT, row, 0)?),
            provider: provider.clone(),
            external_id: parsed(WHAT, &column::<String>(WHAT, row, 1)?)?,
            as_of: time_if_any(WHAT, column(WHAT, row, 2)?)?,
        },
        is_touched: column::<Option<i64>>(WHAT, row, 3)?.is_some(),
        is_mailed: column(WHAT, row, 4)?,
    })
}

/// The statement of the bills of a month.
pub(super) fn bills(
    tenant: &TenantId,
    provider: &ProviderId,
    period: Period,
    stretch: Stretch,
) -> (String, Vec<Value>) {
    let mut values = within(tenant, provider, stretch);
    values.push(period.to_string().into());
    (page::of_month(), values)
}

/// `$1` to `$4` of a statement about a stretch of accounts.
fn within(tenant: &TenantId, provider: &ProviderId, Stretch { after, last }: Stretch) -> Vec<Value> {
    let after = after.map_or(Uuid::nil(), AccountId::uuid);
    vec![tenant.as_str().into(), provider.as_str().into(), after.into(), last.uuid().into()]
}
