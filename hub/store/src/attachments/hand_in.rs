//! Keeping what somebody hands in: the bytes, then the row that names them.

use fail::fail_point;
use jiff::SignedDuration;
use komunala_app::{
    ports::{
        StoreError, Written,
        attachments::{Allowance, Handed, NewAttachment},
        audit::Action,
    },
    scope::UserScope,
};
use komunala_domain::{Sha256, TenantId, ids::UserId};
use object_store::ObjectStore;

use super::{TABLE, WHAT, path_of, row};
use crate::{
    audit,
    columns::{Word, column, micros},
    database::{Database, Failure, Tx},
    documents::{digest_of, write},
    requests, sealed,
};

const DAY: SignedDuration = SignedDuration::from_hours(24);

pub(super) async fn hand_in(
    database: &Database,
    documents: &dyn ObjectStore,
    scope: &UserScope,
    new: &NewAttachment,
) -> Result<Handed, StoreError> {
    let (tenant, user) = (scope.tenant().tenant(), scope.user());
    let gone = || StoreError::Internal("somebody without a key handed something in".into());
    let key = database.vault().key(user.uuid()).await?.ok_or_else(gone)?;
    // what cannot be kept is not written either; the row's own transaction asks again
    if used(database, scope, new).await? {
        return Ok(Handed::TooMuch);
    }
    let bytes = key.seal(&row::place(new.attachment.id), new.bytes.to_vec());
    let object = digest_of(&bytes);
    write(documents, WHAT, &path_of(tenant, object), object, bytes.into()).await?;
    fail_point!("store::attachment_written");
    let text = sealed::seal(&key, TABLE, new.attachment.id.uuid(), &row::Sealed::of(&new.attachment))?;
    let text = &text;
    let work = |tx| name(tx, (tenant, user), new, object, text);
    database.write(tenant, "store.hand_in", work).await
}

/// Whether the allowance is used up.
async fn used(database: &Database, scope: &UserScope, new: &NewAttachment) -> Result<bool, StoreError> {
    let (sql, values) = handed_in(scope.tenant().tenant(), scope.user(), new);
    let rows = database.select(scope.tenant().tenant(), "store.handed_in", sql, values).await?;
    Ok(rows.first().map(|row| is_too_much(row, new)).transpose()?.unwrap_or_default())
}

fn handed_in(tenant: &TenantId, user: UserId, new: &NewAttachment) -> (&'static str, Vec<sea_orm::Value>) {
    let sql = "SELECT COUNT(CASE WHEN created_at > $3 THEN 1 END), CAST(COALESCE(SUM(size), 0) AS bigint)
               FROM attachments WHERE tenant = $1 AND user_id = $2";
    let since = new.attachment.created_at.saturating_sub(DAY).unwrap_or(jiff::Timestamp::MIN);
    (sql, vec![tenant.as_str().into(), user.uuid().into(), micros(since).into()])
}

fn is_too_much(row: &sea_orm::QueryResult, new: &NewAttachment) -> Result<bool, StoreError> {
    let Allowance { per_day, bytes } = new.allowance;
    let (today, in_all): (i64, i64) = (column(WHAT, row, 0)?, column(WHAT, row, 1)?);
    Ok(today >= i64::from(per_day) || in_all.unsigned_abs() + new.attachment.size > bytes)
}

async fn name(
    tx: Tx,
    (tenant, user): (&TenantId, UserId),
    new: &NewAttachment,
    object: Sha256,
    sealed: &str,
) -> Result<Handed, Failure> {
    let attachment = &new.attachment;
    let (id, now) = (attachment.id, attachment.created_at);
    // two uploads of one user are counted one after the other
    let hold = tx.locking("SELECT id FROM users WHERE tenant = $1 AND id = $2 AND erased_at IS NULL {lock}");
    if tx.row(&hold, vec![tenant.as_str().into(), user.uuid().into()]).await?.is_none() {
        return Err(StoreError::Internal("somebody who was erased handed something in".into()).into());
    }
    if let Written::Before(answer) = requests::take(&tx, tenant, &new.key, &id.to_string(), now).await? {
        return Ok(Handed::Before(answer));
    }
    let (sql, values) = handed_in(tenant, user, new);
    if let Some(row) = tx.row(sql, values).await?
        && is_too_much(&row, new)?
    {
        tx.undo();
        return Ok(Handed::TooMuch);
    }
    tx.execute(
        "INSERT INTO attachments (id, tenant, user_id, kind, size, object, created_at, sealed)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        vec![
            id.uuid().into(),
            tenant.as_str().into(),
            user.uuid().into(),
            attachment.kind.word().into(),
            i64::try_from(attachment.size).unwrap_or(i64::MAX).into(),
            object.to_string().into(),
            micros(now).into(),
            sealed.into(),
        ],
    )
    .await?;
    let event = audit::by_user(user, Action::AttachmentHandedIn, id.to_string());
    audit::tell(&tx, tenant, &[event], now).await?;
    Ok(Handed::In)
}
