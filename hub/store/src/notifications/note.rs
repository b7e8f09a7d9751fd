//! Noting that a user was told something, within the transaction that tells them.

use jiff::Timestamp;
use komunala_app::ports::outbox::NewMessage;
use komunala_domain::{TenantId, ids::NotificationId};
use sea_orm::prelude::Uuid;

use super::{WHAT, about};
use crate::{
    columns::{column, micros, storable},
    database::{Failure, Tx},
};

/// Notes a message among what its owner was told, where the owner is a user and it is news. The same news on another
/// channel, or once more, is noted once.
pub(crate) async fn note(
    tx: &Tx,
    tenant: &TenantId,
    owner: Uuid,
    message: &NewMessage,
    now: Timestamp,
) -> Result<(), Failure> {
    // a message with a key of its own is to somebody without a portal account, or to nobody any more
    if !message.content.is_news() || owner == message.id.uuid() {
        return Ok(());
    }
    // the row stays held until the end of the transaction, so numbers appear in their order
    let sql = "INSERT INTO inboxes (user_id, tenant, last_number, read_number)
               SELECT u.id, u.tenant, 1, 0 FROM users u WHERE u.tenant = $1 AND u.id = $2
               ON CONFLICT (user_id) DO UPDATE SET last_number = inboxes.last_number + 1
               RETURNING last_number";
    let Some(row) = tx.row(sql, vec![tenant.as_str().into(), owner.into()]).await? else { return Ok(()) };
    let subject = storable(&message.subject);
    let about = about::first_id(&subject);
    let sql = "INSERT INTO notifications (id, tenant, user_id, number, kind, subject, provider, about, created_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING";
    let values = vec![
        NotificationId::new().uuid().into(),
        tenant.as_str().into(),
        owner.into(),
        column::<i64>(WHAT, &row, 0)?.into(),
        message.content.purpose().into(),
        subject.clone().into(),
        message.provider.as_str().into(),
        about.into(),
        micros(now).into(),
    ];
    tx.execute(sql, values).await?;
    Ok(())
}
