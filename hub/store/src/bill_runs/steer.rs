//! Starting a run, opening it again, holding and ending it.

use jiff::Timestamp;
use komunala_app::{
    ports::{
        WriteKey, Written,
        audit::{Action, Actor, NewEvent},
        bill_runs::Steer,
    },
    scope::DeskScope,
};
use komunala_domain::{Period, ProviderId, TenantId, ids::BillRunId};

use super::WHAT;
use crate::{
    audit,
    columns::{damaged, micros, parsed, uuid},
    database::{Failure, Tx},
    outbox, requests,
};

/// Starts a run, or opens the one there is again. A walk that is under way begins anew, under another hold.
pub(super) async fn start(
    tx: Tx,
    tenant: &TenantId,
    (provider, period): (&ProviderId, Period),
    by: Option<&(&DeskScope, WriteKey)>,
    now: Timestamp,
) -> Result<BillRunId, Failure> {
    let sql = "INSERT INTO bill_runs (id, tenant, provider, period, queue, state, opened_at)
               VALUES ($1, $2, $3, $4, $5, 'pending', $6)
               ON CONFLICT (tenant, provider, period) DO UPDATE
               SET state = CASE WHEN bill_runs.state = 'paused' THEN 'paused' ELSE 'running' END,
                   opened_at = excluded.opened_at, place = NULL, walked_at = NULL, awaited = 0, look_at = NULL,
                   holder = NULL, held_until = 0
               RETURNING id";
    let values = vec![
        BillRunId::new().uuid().into(),
        tenant.as_str().into(),
        provider.as_str().into(),
        period.to_string().into(),
        outbox::queue_of_run(provider, period).into(),
        micros(now).into(),
    ];
    let row = tx.row(sql, values).await?.ok_or_else(|| damaged(WHAT, "an upsert answered nothing"))?;
    let run = BillRunId::from_uuid(uuid(WHAT, &row, 0)?);
    let Some((desk, key)) = by else { return Ok(run) };
    if let Written::Before(answer) = requests::take(&tx, tenant, key, &run.to_string(), now).await? {
        tx.undo();
        return Ok(parsed(WHAT, &answer)?);
    }
    note(&tx, desk, run, "start", now).await?;
    Ok(run)
}

/// Holds, continues or ends a run; `false` where there is none.
pub(super) async fn steer(
    tx: Tx,
    desk: &DeskScope,
    provider: &ProviderId,
    run: BillRunId,
    steer: Steer,
    now: Timestamp,
) -> Result<bool, Failure> {
    let named = || vec![desk.tenant().tenant().as_str().into(), provider.as_str().into(), run.uuid().into()];
    let (state, from, word) = match steer {
        Steer::Pause => ("paused", "state IN ('pending', 'running')", "pause"),
        Steer::Resume => ("running", "state = 'paused'", "resume"),
        Steer::Cancel => ("cancelled", "state <> 'cancelled'", "cancel"),
    };
    let sql = format!(
        "UPDATE bill_runs SET state = '{state}', holder = NULL, held_until = 0
         WHERE tenant = $1 AND provider = $2 AND id = $3 AND {from}"
    );
    if tx.execute(&sql, named()).await? == 1 {
        note(&tx, desk, run, word, now).await?;
        return Ok(true);
    }
    let sql = "SELECT id FROM bill_runs WHERE tenant = $1 AND provider = $2 AND id = $3";
    Ok(tx.row(sql, named()).await?.is_some())
}

async fn note(tx: &Tx, desk: &DeskScope, run: BillRunId, what: &str, now: Timestamp) -> Result<(), Failure> {
    let event = NewEvent {
        actor: Actor::Operator(desk.operator().to_owned()),
        action: Action::BillRunSteered,
        subject: None,
        target: format!("{run} {what}"),
        details: None,
    };
    audit::tell(tx, desk.tenant().tenant(), &[event], now).await
}
