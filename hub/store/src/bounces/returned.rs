//! One mail that came back: what it says of its address, and what becomes of the message.

use jiff::{SignedDuration, Timestamp};
use komunala_app::ports::{
    StoreError,
    accounts::PaperCause,
    bounces::{Bounce, BounceKind, Noted, SOFT_BOUNCES},
};
use komunala_domain::{
    ProviderId, TenantId,
    ids::{MessageId, SuppressionId, UserId},
};
use sea_orm::prelude::Uuid;

use super::{Address, TABLE, WHAT};
use crate::{
    Store,
    accounts::paper,
    columns::{column, micros, parsed, uuid},
    database::{Failure, Rows, Tx},
    outbox::Sealed,
    sealed,
};

/// How long a mail rests that came back for a reason that may pass; longer each time.
const REST: SignedDuration = SignedDuration::from_hours(6);
/// How often a mail is sent again that came back.
const SENT_AGAIN: i32 = 2;
/// Mail that came back longer ago says nothing about today.
const FORGOTTEN_AFTER: SignedDuration = SignedDuration::from_hours(30 * 24);

/// The row of a message that came back.
pub(super) struct Returned {
    id: MessageId,
    pub(super) tenant: TenantId,
    pub(super) owner: Option<Uuid>,
    provider: ProviderId,
    lookup: String,
    sealed: String,
    returned: i32,
}

impl Store {
    /// The message, where it counts as sent; one that came back is noted once, and so is a report of it.
    pub(super) async fn returned(&self, bounce: Bounce) -> Result<Option<Returned>, StoreError> {
        let sql = "SELECT id, tenant, owner_id, provider, recipient_lookup, sealed, returned FROM messages
                   WHERE id = $1 AND channel = 'email' AND COALESCE(returned_report, '') <> $2
                     AND (state IN ('accepted', 'unknown') OR state = 'failed' AND returned = 0)";
        // no report is called so
        let report = mark(bounce).unwrap_or_else(|| "-".to_owned());
        let values = vec![bounce.message.uuid().into(), report.into()];
        let rows = self.database.select(Rows::All, "store.returned_message", sql, values).await?;
        let returned = rows.first().map(|row| {
            const WHAT: &str = "message";
            Ok(Returned {
                id: MessageId::from_uuid(uuid(WHAT, row, 0)?),
                tenant: parsed(WHAT, &column::<String>(WHAT, row, 1)?)?,
                owner: column(WHAT, row, 2)?,
                provider: parsed(WHAT, &column::<String>(WHAT, row, 3)?)?,
                lookup: column(WHAT, row, 4)?,
                sealed: column(WHAT, row, 5)?,
                returned: column(WHAT, row, 6)?,
            })
        });
        returned.transpose()
    }
}

/// What its report is known by.
fn mark(bounce: Bounce) -> Option<String> {
    bounce.report.map(|report| report.to_string())
}

/// Counts it against its address, a report once; answers whether no more mail is sent there. The tenant's own transaction.
pub(super) async fn count(tx: Tx, mail: &Returned, bounce: Bounce, now: Timestamp) -> Result<bool, Failure> {
    // the address of somebody who was erased is nobody's
    let Some(owner) = mail.owner else { return Ok(false) };
    let Some(key) = tx.vault().key(owner).await? else { return Ok(false) };
    let id = SuppressionId::new().uuid();
    let address = Address { recipient: Sealed::open(&key, mail.id, &mail.sealed)?.recipient };
    let is_hard = bounce.kind == BounceKind::Hard;
    let row = tx
        .row(
            "INSERT INTO suppressions (id, tenant, recipient_lookup, owner_id, sealed, provider, status, hard, returned,
                                       returned_at, since, report)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1, $9, NULL, $11)
             ON CONFLICT (tenant, recipient_lookup) DO UPDATE
             SET status = $7, hard = suppressions.hard OR $8, returned_at = $9, report = $11,
                 returned = CASE WHEN suppressions.report = $11 THEN suppressions.returned
                                 WHEN suppressions.returned_at < $10 THEN 1 ELSE suppressions.returned + 1 END
             RETURNING id, returned, since",
            vec![
                id.into(),
                mail.tenant.as_str().into(),
                mail.lookup.as_str().into(),
                owner.into(),
                sealed::seal(&key, TABLE, id, &address)?.into(),
                mail.provider.as_str().into(),
                bounce.status.to_string().into(),
                is_hard.into(),
                micros(now).into(),
                micros(now - FORGOTTEN_AFTER).into(),
                mark(bounce).into(),
            ],
        )
        .await?
        .expect("an upsert answers its row");
    let (returned, since): (i32, Option<i64>) = (column(WHAT, &row, 1)?, column(WHAT, &row, 2)?);
    let is_dead = is_hard || u32::try_from(returned).is_ok_and(|returned| returned >= SOFT_BOUNCES);
    if since.is_some() || !is_dead {
        return Ok(since.is_some());
    }
    let sql = "UPDATE suppressions SET since = $3 WHERE tenant = $1 AND id = $2";
    let row = uuid(WHAT, &row, 0)?;
    tx.execute(sql, vec![mail.tenant.as_str().into(), row.into(), micros(now).into()]).await?;
    if is_users(&tx, mail, owner).await? {
        paper::go_back(&tx, &mail.tenant, UserId::from_uuid(owner), None, PaperCause::Bounced, now).await?;
    }
    Ok(true)
}

/// Whether the mail went to its user's address of today: an earlier one says nothing about where bills go.
async fn is_users(tx: &Tx, mail: &Returned, user: Uuid) -> Result<bool, Failure> {
    let sql = "SELECT id FROM users WHERE tenant = $1 AND id = $2 AND email_lookup = $3";
    let values = vec![mail.tenant.as_str().into(), user.into(), mail.lookup.as_str().into()];
    Ok(tx.row(sql, values).await?.is_some())
}

/// Settles what becomes of the message; nothing, where the same report was settled meanwhile.
pub(super) async fn settle(
    tx: Tx,
    mail: &Returned,
    bounce: Bounce,
    is_suppressed: bool,
    now: Timestamp,
) -> Result<Noted, Failure> {
    let is_given_up = is_suppressed || bounce.kind == BounceKind::Hard || mail.returned >= SENT_AGAIN;
    let again = now + REST * (mail.returned + 1);
    let reason = format!("returned: {}", bounce.status);
    let noted = "again_at = NULL, returned = returned + 1, reason = $3, returned_report = $4";
    let states = "state IN ('accepted', 'unknown', 'failed') AND returned = $2";
    let values = vec![mail.id.uuid().into(), mail.returned.into(), reason.into(), mark(bounce).into()];
    if !is_given_up {
        let sql = format!(
            "UPDATE messages SET state = 'pending', due_at = $5, {noted}
             WHERE id = $1 AND {states} AND state <> 'failed' AND (expires_at IS NULL OR expires_at > $5)"
        );
        let with_time = values.iter().cloned().chain([micros(again).into()]).collect();
        if tx.execute(&sql, with_time).await? > 0 {
            return Ok(Noted::SentAgain);
        }
    }
    let sql = format!("UPDATE messages SET state = 'failed', {noted} WHERE id = $1 AND {states}");
    Ok(match (tx.execute(&sql, values).await?, is_suppressed) {
        (0, _) => Noted::Nothing,
        (_, true) => Noted::Suppressed,
        (_, false) => Noted::GivenUp,
    })
}
