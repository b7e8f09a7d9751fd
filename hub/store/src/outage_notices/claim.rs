//! Taking what is due.

use jiff::{SignedDuration, Timestamp};
use komunala_app::ports::outage_notices::{DueNotice, NoticeKind};
use komunala_domain::ids::OutageId;

use super::WHAT;
use crate::{
    columns::{Word, column, damaged, micros, parsed, time, uuid},
    database::{Failure, Tx},
};

/// The one that is due for longest, unless somebody holds it.
pub(super) async fn claim(tx: Tx, lease: SignedDuration, now: Timestamp) -> Result<Option<DueNotice>, Failure> {
    let sql = tx.skipping_locked(
        "UPDATE outage_notices SET attempt = attempt + 1, lease_until = $1
         WHERE id = (SELECT id FROM outage_notices
                     WHERE done_at IS NULL AND due_at <= $2 AND (lease_until IS NULL OR lease_until <= $2)
                     ORDER BY due_at, id LIMIT 1 {lock})
         RETURNING id, tenant, provider, outage_id, revision, kind, until_at, attempt",
    );
    let until = now.saturating_add(lease).unwrap_or(Timestamp::MAX);
    let Some(row) = tx.row(&sql, vec![micros(until).into(), micros(now).into()]).await? else { return Ok(None) };
    let text = |index| column::<String>(WHAT, &row, index);
    let range = |_| damaged(WHAT, "a number is out of range");
    Ok(Some(DueNotice {
        id: uuid(WHAT, &row, 0)?,
        tenant: parsed(WHAT, &text(1)?)?,
        provider: parsed(WHAT, &text(2)?)?,
        outage: OutageId::from_uuid(uuid(WHAT, &row, 3)?),
        revision: u32::try_from(column::<i64>(WHAT, &row, 4)?).map_err(range)?,
        kind: NoticeKind::of(&text(5)?)?,
        until: time(WHAT, column(WHAT, &row, 6)?)?,
        attempt: u32::try_from(column::<i32>(WHAT, &row, 7)?).map_err(range)?,
    }))
}
