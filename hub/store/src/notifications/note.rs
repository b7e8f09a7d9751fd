//! Noting that users were told something, within the transaction that tells them.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use komunala_app::ports::outbox::NewMessage;
use komunala_domain::{TenantId, ids::NotificationId};
use sea_orm::prelude::Uuid;

use super::{WHAT, about};
use crate::{
    columns::{column, micros, storable, uuid},
    database::{Failure, Lines, Tx},
};

/// Notes messages among what their owners were told, where the owner is a user and it is news. The same news on another
/// channel, or once more, is noted once.
pub(crate) async fn note(
    tx: &Tx,
    tenant: &TenantId,
    told: &[(Uuid, &NewMessage)],
    now: Timestamp,
) -> Result<(), Failure> {
    let mut news = told.to_vec();
    // a message with a key of its own is to somebody without a portal account, or to nobody any more
    news.retain(|(owner, message)| message.content.is_news() && *owner != message.id.uuid());
    let mut numbers = numbers(tx, tenant, news.iter().map(|(owner, _)| *owner)).await?;
    let mut lines = Lines::beginning(vec![tenant.as_str().into(), micros(now).into()]);
    for (owner, message) in news {
        let Some(number) = numbers.get_mut(&owner) else { continue };
        let subject = storable(&message.subject);
        let about = about::first_id(&subject).map(str::to_owned);
        lines.add([
            NotificationId::new().uuid().into(),
            owner.into(),
            (*number).into(),
            message.content.purpose().into(),
            subject.into(),
            message.provider.as_str().into(),
            about.into(),
        ]);
        *number += 1;
    }
    if lines.is_empty() {
        return Ok(());
    }
    let (lines, values) = lines.into_parts();
    let sql = format!(
        "INSERT INTO notifications (tenant, created_at, id, user_id, number, kind, subject, provider, about)
         VALUES {lines} ON CONFLICT DO NOTHING"
    );
    tx.execute(&sql, values).await?;
    Ok(())
}

/// The first number of each of these users for what they are told now, and as many behind it as they occur here.
async fn numbers(tx: &Tx, tenant: &TenantId, users: impl Iterator<Item = Uuid>) -> Result<HashMap<Uuid, i64>, Failure> {
    let mut counts: BTreeMap<Uuid, i64> = BTreeMap::new();
    for user in users {
        *counts.entry(user).or_default() += 1;
    }
    let mut lines = Lines::behind(vec![tenant.as_str().into()]);
    for (user, count) in &counts {
        lines.add([(*user).into(), (*count).into()]);
    }
    if lines.is_empty() {
        return Ok(HashMap::new());
    }
    let (lines, values) = lines.into_parts();
    // the rows stay held until the end of the transaction, so numbers appear in their order; all hold them in one order
    let sql = format!(
        "INSERT INTO inboxes (user_id, tenant, last_number, read_number)
         SELECT u.id, u.tenant, n.column2, 0 FROM users u JOIN (VALUES {lines}) AS n ON n.column1 = u.id
         WHERE u.tenant = $1 ORDER BY u.id
         ON CONFLICT (user_id) DO UPDATE SET last_number = inboxes.last_number + excluded.last_number
         RETURNING user_id, last_number"
    );
    let mut first = HashMap::new();
    for row in tx.rows(&sql, values).await? {
        let user = uuid(WHAT, &row, 0)?;
        let count = counts.get(&user).copied().unwrap_or_default();
        first.insert(user, column::<i64>(WHAT, &row, 1)? - count + 1);
    }
    Ok(first)
}
