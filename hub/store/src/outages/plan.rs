//! What is to be told of a revision, written down in the transaction that brought it.

use jiff::Timestamp;
use komunala_app::ports::outage_notices::NoticeKind;
use komunala_domain::{ProviderId, TenantId, outage::Schedule};
use sea_orm::prelude::Uuid;

use crate::{
    columns::{Word, micros},
    database::{Failure, Tx},
};

/// Makes a revision due to be told, and its reminder. What is not told of earlier ones never is: it is not so any more.
pub(super) async fn plan(
    tx: &Tx,
    (tenant, provider): (&TenantId, &ProviderId),
    (outage, revision): (Uuid, u32),
    schedule: Option<Schedule>,
    now: Timestamp,
) -> Result<(), Failure> {
    let sql = "UPDATE outage_notices SET done_at = $4, superseded = TRUE, lease_until = NULL
               WHERE tenant = $1 AND outage_id = $2 AND revision < $3 AND done_at IS NULL";
    let values = vec![tenant.as_str().into(), outage.into(), i64::from(revision).into(), micros(now).into()];
    tx.execute(sql, values).await?;
    let Some(schedule) = schedule else { return Ok(()) };
    let due = [(NoticeKind::Revision, Some(schedule.notice)), (NoticeKind::Reminder, schedule.reminder)];
    for (kind, due) in due.into_iter().filter_map(|(kind, due)| Some((kind, due?))) {
        // a network that says something else under the same number is followed as long as nobody was told
        let sql = "INSERT INTO outage_notices (id, tenant, provider, outage_id, revision, kind, due_at, until_at)
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
                   ON CONFLICT (outage_id, revision, kind) DO UPDATE
                   SET due_at = excluded.due_at, until_at = excluded.until_at
                   WHERE outage_notices.done_at IS NULL AND outage_notices.attempt = 0";
        let values = vec![
            Uuid::now_v7().into(),
            tenant.as_str().into(),
            provider.as_str().into(),
            outage.into(),
            i64::from(revision).into(),
            kind.word().into(),
            micros(due).into(),
            micros(schedule.until).into(),
        ];
        tx.execute(sql, values).await?;
    }
    Ok(())
}
