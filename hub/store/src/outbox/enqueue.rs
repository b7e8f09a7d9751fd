//! Putting messages into the outbox, within the transaction that causes them.

use std::collections::HashSet;

use jiff::Timestamp;
use komunala_app::ports::outbox::NewMessage;
use komunala_domain::TenantId;
use sea_orm::prelude::Uuid;

use super::{letter::Sealed, queue};
use crate::{
    columns::{micros, storable, uuid},
    database::{CHUNK, Failure, Lines, Tx},
    notifications, preferences,
    vault::OpenKey,
};

/// Enqueues a message, due when its addressee wants it, under the key of `owner`: the addressee, or the message itself where
/// the addressee's key is about to go. One with the same purpose, subject, recipient and channel stays the only one. What
/// a user does not want on this channel is not enqueued, and stands among their notifications all the same.
///
/// Whoever has no key any more gets no message.
pub(crate) async fn enqueue(
    tx: &Tx,
    tenant: &TenantId,
    owner: Uuid,
    message: &NewMessage,
    now: Timestamp,
) -> Result<(), Failure> {
    let queue = queue::of(message.content.priority(), &message.provider);
    enqueue_into(tx, tenant, &[(owner, message)], &queue, now).await
}

/// The same with many messages, each with its owner, in a queue that need not be the one of their priority and provider:
/// a hundred take as many statements as one.
pub(crate) async fn enqueue_into(
    tx: &Tx,
    tenant: &TenantId,
    messages: &[(Uuid, &NewMessage)],
    queue: &str,
    now: Timestamp,
) -> Result<(), Failure> {
    for messages in messages.chunks(CHUNK) {
        enqueue_at_once(tx, tenant, messages, queue, now).await?;
    }
    Ok(())
}

async fn enqueue_at_once(
    tx: &Tx,
    tenant: &TenantId,
    messages: &[(Uuid, &NewMessage)],
    queue: &str,
    now: Timestamp,
) -> Result<(), Failure> {
    let owners: Vec<_> = messages.iter().map(|(owner, _)| *owner).collect();
    let keys = tx.vault().keys(&owners).await?;
    let addressed = messages.iter().filter_map(|(owner, message)| Some((*owner, keys.get(owner)?, *message)));
    let addressed: Vec<(Uuid, &OpenKey, &NewMessage)> = addressed.collect();
    let due = preferences::due(tx, tenant, &addressed, now).await?;
    let mut leaving =
        Lines::beginning(vec![tenant.as_str().into(), queue.into(), "pending".into(), 0.into(), micros(now).into()]);
    for ((owner, key, message), due) in addressed.iter().zip(&due) {
        let Some(due) = due else { continue };
        let sealed = Sealed { recipient: message.recipient.as_str().to_owned(), content: message.content.clone() };
        leaving.add([
            message.id.uuid().into(),
            message.provider.as_str().into(),
            message.content.purpose().into(),
            storable(&message.subject).into(),
            tx.vault().lookup_contact(tenant, &message.recipient).into(),
            message.recipient.channel().word().into(),
            message.language.tag().into(),
            sealed.seal(key, message.id)?.into(),
            micros(*due).into(),
            message.expires.map(micros).into(),
            (*owner).into(),
        ]);
    }
    let enqueued = insert(tx, leaving).await?;
    let told = addressed.iter().zip(&due).map(|((owner, _, message), due)| (*owner, *message, due.is_some()));
    // the same news once more is none
    let news = told.filter(|(_, message, leaves)| !leaves || enqueued.contains(&message.id.uuid()));
    let news: Vec<_> = news.map(|(owner, message, _)| (owner, message)).collect();
    notifications::note(tx, tenant, &news, now).await
}

/// Adds the rows that were not there yet; answers their ids.
async fn insert(tx: &Tx, rows: Lines) -> Result<HashSet<Uuid>, Failure> {
    if rows.is_empty() {
        return Ok(HashSet::new());
    }
    let (rows, values) = rows.into_parts();
    let sql = format!(
        "INSERT INTO messages (tenant, queue, state, attempt, created_at, id, provider, purpose, subject,
                               recipient_lookup, channel, language, sealed, due_at, expires_at, owner_id)
         VALUES {rows} ON CONFLICT DO NOTHING RETURNING id"
    );
    let mut added = HashSet::new();
    for row in tx.rows(&sql, values).await? {
        added.insert(uuid("message", &row, 0)?);
    }
    Ok(added)
}
