//! How a run stands: its row and everything that is counted, out of one statement, so that it is all of one moment.

use komunala_app::ports::{StoreError, bill_runs::BillRun};
use komunala_domain::{
    Period, ProviderId, TenantId,
    bill_run::{BillRunState, BillRunTotals},
    ids::BillRunId,
};
use sea_orm::{QueryResult, Value};

use super::WHAT;
use crate::columns::{column, damaged, parsed, time, time_if_any, uuid};

/// The statement for one run.
pub(super) fn of_run(tenant: &TenantId, provider: &ProviderId, run: BillRunId) -> (String, Vec<Value>) {
    (statement("id = $3"), vec![tenant.as_str().into(), provider.as_str().into(), run.uuid().into()])
}

/// The statement for the run of a month.
pub(super) fn of_month(tenant: &TenantId, provider: &ProviderId, period: Period) -> (String, Vec<Value>) {
    (statement("period = $3"), vec![tenant.as_str().into(), provider.as_str().into(), period.to_string().into()])
}

/// Every mail stands in exactly one state, and every bill goes exactly one way: a row per state and way.
fn statement(which: &str) -> String {
    format!(
        "WITH run AS (SELECT * FROM bill_runs WHERE tenant = $1 AND provider = $2 AND {which}),
         counted(what, amount) AS (
             SELECT CASE WHEN b.way = 'paper' THEN 'paper' ELSE 'mailed' END, COUNT(*)
             FROM run JOIN bill_run_bills b ON b.run_id = run.id WHERE b.tenant = $1 GROUP BY 1
             UNION ALL
             SELECT CASE COALESCE(m.state, i.ended, 'failed')
                      WHEN 'accepted' THEN 'accepted' WHEN 'failed' THEN 'failed' WHEN 'unknown' THEN 'unknown'
                      WHEN 'pending' THEN CASE WHEN m.reason IS NULL THEN 'waiting' ELSE 'deferred' END
                      ELSE 'waiting' END, COUNT(*)
             FROM run JOIN bill_run_items i ON i.run_id = run.id LEFT JOIN messages m ON m.id = i.id
             WHERE i.tenant = $1 GROUP BY 1)
         SELECT run.id, run.tenant, run.provider, run.period, run.state, run.opened_at, run.walked_at, run.awaited,
                run.look_at, counted.what, counted.amount
         FROM run LEFT JOIN counted ON 1 = 1"
    )
}

/// The rows of the statement.
pub(super) fn read(rows: &[QueryResult]) -> Result<Option<BillRun>, StoreError> {
    let Some(first) = rows.first() else { return Ok(None) };
    let mut totals = BillRunTotals::default();
    for row in rows {
        let Some(what) = column::<Option<String>>(WHAT, row, 9)? else { continue };
        let amount = column::<i64>(WHAT, row, 10)?.unsigned_abs();
        let part = match what.as_str() {
            "mailed" => &mut totals.mailed,
            "paper" => &mut totals.paper,
            "waiting" => &mut totals.waiting,
            "accepted" => &mut totals.accepted,
            "deferred" => &mut totals.deferred,
            "failed" => &mut totals.failed,
            "unknown" => &mut totals.unknown,
            _ => return Err(damaged(WHAT, "something is counted that is nothing")),
        };
        *part += amount;
    }
    let walked = column::<Option<i64>>(WHAT, first, 6)?.is_some();
    let look_at = time_if_any(WHAT, column(WHAT, first, 8)?)?;
    let state = match column::<String>(WHAT, first, 4)?.as_str() {
        "pending" => BillRunState::Pending,
        "paused" => BillRunState::Paused,
        "cancelled" => BillRunState::Cancelled,
        "running" if walked && look_at.is_none() && totals.is_settled() => BillRunState::Completed,
        "running" => BillRunState::Running,
        _ => return Err(damaged(WHAT, "its state is none")),
    };
    Ok(Some(BillRun {
        id: BillRunId::from_uuid(uuid(WHAT, first, 0)?),
        tenant: parsed(WHAT, &column::<String>(WHAT, first, 1)?)?,
        provider: parsed(WHAT, &column::<String>(WHAT, first, 2)?)?,
        period: parsed(WHAT, &column::<String>(WHAT, first, 3)?)?,
        state,
        totals,
        awaited: column::<i64>(WHAT, first, 7)?.unsigned_abs(),
        opened_at: time(WHAT, column(WHAT, first, 5)?)?,
        look_at,
    }))
}
