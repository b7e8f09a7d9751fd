//! What was put aside, counted and bounded.

use async_trait::async_trait;
use jiff::Timestamp;
use komunala_app::{
    ports::{
        Problems, StoreError,
        problems::{NewProblem, Problem},
    },
    scope::{SystemScope, TenantScope},
};
use komunala_domain::{ProviderId, TenantId};
use sea_orm::{QueryResult, Value};
use uuid::Uuid;

use crate::{
    Store,
    columns::{column, damaged, micros, parsed, storable, time},
    database::{Failure, Rows, Tx},
};

const WHAT: &str = "problem";

/// The most problems of one provider: more than anybody reads.
const MOST: i64 = 1_000;

/// The most of one page or portion that are written down one by one.
const MOST_AT_ONCE: usize = 200;

/// The longest texts, in characters.
const LONGEST: usize = 500;

#[async_trait]
impl Problems for Store {
    async fn record(
        &self,
        scope: &TenantScope,
        provider: &ProviderId,
        problems: &[NewProblem],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        if problems.is_empty() {
            return Ok(());
        }
        let work = |tx: Tx| async move { record(&tx, scope.tenant(), provider, problems, now).await };
        self.database.write(scope.tenant(), "store.record_problems", work).await
    }

    async fn list(
        &self,
        _: &SystemScope,
        provider: Option<&ProviderId>,
        limit: u32,
    ) -> Result<Vec<Problem>, StoreError> {
        let mut values: Vec<Value> = vec![i64::from(limit).into()];
        let mut condition = "";
        if let Some(provider) = provider {
            values.push(provider.as_str().into());
            condition = "WHERE provider = $2";
        }
        let sql = format!(
            "SELECT tenant, provider, source, subject, field, detail, first_seen, last_seen, count
             FROM problems {condition} ORDER BY last_seen DESC, id LIMIT $1 + 0"
        );
        let rows = self.database.select(Rows::All, "store.list_problems", sql, values).await?;
        rows.iter().map(read).collect()
    }

    async fn forget_problems(&self, _: &SystemScope, before: Timestamp) -> Result<u64, StoreError> {
        let sql = "DELETE FROM problems WHERE last_seen < $1";
        let work = |tx: Tx| async move { Ok(tx.execute(sql, vec![micros(before).into()]).await?) };
        self.database.write(Rows::All, "store.forget_problems", work).await
    }
}

/// Writes problems down; the same ones are counted, and the oldest make room.
pub(crate) async fn record(
    tx: &Tx,
    tenant: &TenantId,
    provider: &ProviderId,
    problems: &[NewProblem],
    now: Timestamp,
) -> Result<(), Failure> {
    for problem in problems.iter().take(MOST_AT_ONCE) {
        write(tx, tenant, provider, problem, 1, now).await?;
    }
    if let Some(more) = problems.get(MOST_AT_ONCE) {
        let count = problems.len() - MOST_AT_ONCE;
        let detail = "more records at a time than are written down one by one".to_owned();
        let rest = NewProblem { source: more.source, subject: String::new(), field: String::new(), detail };
        write(tx, tenant, provider, &rest, i64::try_from(count).unwrap_or(i64::MAX), now).await?;
    }
    if problems.is_empty() {
        return Ok(());
    }
    let make_room = "DELETE FROM problems WHERE tenant = $1 AND provider = $2 AND id IN (
                         SELECT id FROM problems WHERE tenant = $1 AND provider = $2
                         ORDER BY last_seen DESC, id DESC LIMIT 1000000 OFFSET $3 + 0)";
    tx.execute(make_room, vec![tenant.as_str().into(), provider.as_str().into(), MOST.into()]).await?;
    Ok(())
}

async fn write(
    tx: &Tx,
    tenant: &TenantId,
    provider: &ProviderId,
    problem: &NewProblem,
    count: i64,
    now: Timestamp,
) -> Result<(), Failure> {
    let shown = |text: &str| storable(text).chars().take(LONGEST).collect::<String>();
    let sql = "INSERT INTO problems
                   (id, tenant, provider, source, subject, field, detail, first_seen, last_seen, count)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9)
               ON CONFLICT (tenant, provider, source, subject, field) DO UPDATE
               SET detail = excluded.detail, last_seen = excluded.last_seen, count = problems.count + excluded.count";
    let values = vec![
        Uuid::now_v7().into(),
        tenant.as_str().into(),
        provider.as_str().into(),
        problem.source.into(),
        shown(&problem.subject).into(),
        shown(&problem.field).into(),
        shown(&problem.detail).into(),
        micros(now).into(),
        count.into(),
    ];
    tx.execute(sql, values).await?;
    Ok(())
}

fn read(row: &QueryResult) -> Result<Problem, StoreError> {
    let text = |index| column::<String>(WHAT, row, index);
    let at = |index| time(WHAT, column(WHAT, row, index)?);
    Ok(Problem {
        tenant: parsed(WHAT, &text(0)?)?,
        provider: parsed(WHAT, &text(1)?)?,
        source: text(2)?,
        subject: text(3)?,
        field: text(4)?,
        detail: text(5)?,
        first_seen: at(6)?,
        last_seen: at(7)?,
        count: u64::try_from(column::<i64>(WHAT, row, 8)?).map_err(|_| damaged(WHAT, "a count is negative"))?,
    })
}
