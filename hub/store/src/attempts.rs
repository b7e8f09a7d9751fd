//! Counts of failed attempts.

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use komunala_app::{
    ports::{Attempts, StoreError, attempts::Budget},
    scope::TenantScope,
};
use komunala_domain::TenantId;

use crate::{
    Store,
    columns::{column, damaged, micros},
    database::{Failure, Tx},
};

const WHAT: &str = "attempt";

/// Each window that was used up makes the next one so many times as long.
const STEP: i64 = 4;
/// Windows in a row that were used up; more of them change nothing.
const MOST_STRIKES: i32 = 16;

#[async_trait]
impl Attempts for Store {
    async fn begin(
        &self,
        scope: &TenantScope,
        budgets: &[Budget],
        now: Timestamp,
    ) -> Result<Result<(), SignedDuration>, StoreError> {
        let budgets = &in_order(budgets);
        let work = |tx| begin(tx, scope.tenant(), budgets, now);
        self.database.write(scope.tenant(), "store.begin_attempt", work).await
    }

    async fn succeeded(&self, scope: &TenantScope, budgets: &[Budget]) -> Result<(), StoreError> {
        let budgets = &in_order(budgets);
        let work = |tx| succeeded(tx, scope.tenant(), budgets);
        self.database.write(scope.tenant(), "store.attempt_succeeded", work).await
    }

    async fn decoy(&self, scope: &TenantScope, subject: [u8; 32], now: Timestamp) -> Result<(), StoreError> {
        let (tenant, subject) = (scope.tenant(), &subject);
        let work = |tx: Tx| async move { decoy(&tx, tenant, subject, now).await };
        self.database.write(tenant, "store.attempt_decoy", work).await
    }
}

/// Everybody takes the rows in the same order, so that nobody waits in a circle.
fn in_order(budgets: &[Budget]) -> Vec<Budget> {
    let mut budgets = budgets.to_vec();
    budgets.sort_by_key(|budget| budget.subject);
    budgets
}

/// Counts first and looks then: the count holds the row, so that of many callers at once each sees the others.
async fn begin(
    tx: Tx,
    tenant: &TenantId,
    budgets: &[Budget],
    now: Timestamp,
) -> Result<Result<(), SignedDuration>, Failure> {
    let mut wait: Option<i64> = None;
    for budget in budgets {
        let (failures, window_ends) = count(&tx, tenant, budget, micros(now)).await?;
        if i64::from(failures) > i64::from(budget.failures) {
            wait = wait.max(Some(window_ends - micros(now)));
        }
    }
    Ok(match wait {
        None => Ok(()),
        Some(wait) => {
            tx.undo();
            Err(SignedDuration::from_micros(wait))
        }
    })
}

/// Counts one failure more, in a window that goes on or in a new one; answers how many the window has and when it ends.
async fn count(tx: &Tx, tenant: &TenantId, budget: &Budget, now: i64) -> Result<(i32, i64), Failure> {
    let (window, longest) = (length(budget.window), length(budget.longest));
    let row = tx
        .row(
            "INSERT INTO attempts (tenant, subject, failures, window_ends, strikes) VALUES ($1, $2, 1, $3, 0)
             ON CONFLICT (tenant, subject) DO UPDATE
             SET failures = CASE WHEN attempts.window_ends <= $4 THEN 1 ELSE attempts.failures + 1 END,
                 window_ends = CASE WHEN attempts.window_ends <= $4 THEN $3 ELSE attempts.window_ends END,
                 strikes = CASE WHEN attempts.window_ends > $4 THEN attempts.strikes
                                WHEN attempts.failures < $5 OR attempts.window_ends <= $6 THEN 0
                                WHEN attempts.strikes < $7 THEN attempts.strikes + 1
                                ELSE attempts.strikes END
             RETURNING failures, window_ends, strikes",
            vec![
                tenant.as_str().into(),
                budget.subject.to_vec().into(),
                now.saturating_add(window).into(),
                now.into(),
                i64::from(budget.failures).into(),
                now.saturating_sub(longest).into(),
                MOST_STRIKES.into(),
            ],
        )
        .await?
        .ok_or_else(|| damaged(WHAT, "an upsert answered nothing"))?;
    let (failures, window_ends): (i32, i64) = (column(WHAT, &row, 0)?, column(WHAT, &row, 1)?);
    let strikes: i32 = column(WHAT, &row, 2)?;
    if failures > 1 || strikes == 0 {
        return Ok((failures, window_ends));
    }
    // a window that has just begun after others were used up
    let window = window.saturating_mul(STEP.saturating_pow(strikes.unsigned_abs())).min(longest);
    let window_ends = now.saturating_add(window);
    let sql = "UPDATE attempts SET window_ends = $3 WHERE tenant = $1 AND subject = $2";
    tx.execute(sql, vec![tenant.as_str().into(), budget.subject.to_vec().into(), window_ends.into()]).await?;
    Ok((failures, window_ends))
}

fn length(time: SignedDuration) -> i64 {
    i64::try_from(time.as_micros()).unwrap_or(i64::MAX)
}

async fn succeeded(tx: Tx, tenant: &TenantId, budgets: &[Budget]) -> Result<(), Failure> {
    let sql = "UPDATE attempts SET failures = failures - 1 WHERE tenant = $1 AND subject = $2 AND failures > 0";
    for budget in budgets {
        tx.execute(sql, vec![tenant.as_str().into(), budget.subject.to_vec().into()]).await?;
    }
    Ok(())
}

/// Writes a row for nobody, which is swept away with those that count: a transaction that writes takes longer than one that
/// does not, and what takes longer tells.
pub(crate) async fn decoy(tx: &Tx, tenant: &TenantId, subject: &[u8], now: Timestamp) -> Result<(), Failure> {
    let sql = "INSERT INTO attempts (tenant, subject, failures, window_ends, strikes) VALUES ($1, $2, 1, $3, 0)
               ON CONFLICT (tenant, subject) DO UPDATE SET failures = attempts.failures + 1, window_ends = $3";
    tx.execute(sql, vec![tenant.as_str().into(), subject.into(), micros(now).into()]).await?;
    Ok(())
}
