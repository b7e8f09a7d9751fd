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
    let now = micros(now);
    let mut wait: Option<i64> = None;
    for budget in budgets {
        let window = i64::try_from(budget.window.as_micros()).unwrap_or(i64::MAX);
        let row = tx
            .row(
                "INSERT INTO attempts (tenant, subject, failures, window_ends) VALUES ($1, $2, 1, $3)
                 ON CONFLICT (tenant, subject) DO UPDATE
                 SET failures = CASE WHEN attempts.window_ends <= $4 THEN 1 ELSE attempts.failures + 1 END,
                     window_ends = CASE WHEN attempts.window_ends <= $4 THEN $3 ELSE attempts.window_ends END
                 RETURNING failures, window_ends",
                vec![
                    tenant.as_str().into(),
                    budget.subject.to_vec().into(),
                    now.saturating_add(window).into(),
                    now.into(),
                ],
            )
            .await?
            .ok_or_else(|| damaged(WHAT, "an upsert answered nothing"))?;
        let (failures, window_ends): (i32, i64) = (column(WHAT, &row, 0)?, column(WHAT, &row, 1)?);
        if i64::from(failures) > i64::from(budget.failures) {
            wait = wait.max(Some(window_ends - now));
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

async fn succeeded(tx: Tx, tenant: &TenantId, budgets: &[Budget]) -> Result<(), Failure> {
    let sql = "UPDATE attempts SET failures = failures - 1 WHERE tenant = $1 AND subject = $2 AND failures > 0";
    for budget in budgets {
        tx.execute(sql, vec![tenant.as_str().into(), budget.subject.to_vec().into()]).await?;
    }
    Ok(())
}
