//! Putting a message into the outbox, within the transaction that causes it.

use jiff::Timestamp;
use komunala_app::ports::outbox::NewMessage;
use komunala_domain::TenantId;
use sea_orm::prelude::Uuid;

use super::{letter::Sealed, queue};
use crate::{
    columns::{micros, storable},
    database::{Failure, Tx},
    notifications, preferences,
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
    enqueue_into(tx, tenant, owner, message, &queue, now).await
}

/// The same in a queue that is not the one of the message's priority and provider.
pub(crate) async fn enqueue_into(
    tx: &Tx,
    tenant: &TenantId,
    owner: Uuid,
    message: &NewMessage,
    queue: &str,
    now: Timestamp,
) -> Result<(), Failure> {
    let Some(key) = tx.vault().key(owner).await? else { return Ok(()) };
    let sealed = Sealed { recipient: message.recipient.as_str().to_owned(), content: message.content.clone() };
    let channel = message.recipient.channel();
    let due = preferences::due(tx, tenant, (owner, &key), &message.content, channel, now).await?;
    let Some(due) = due else { return notifications::note(tx, tenant, owner, message, now).await };
    let enqueued = tx.execute(
        "INSERT INTO messages (id, tenant, provider, purpose, subject, recipient_lookup, channel, language, sealed, state,
                               attempt, created_at, due_at, expires_at, owner_id, queue)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'pending', 0, $10, $14, $11, $12, $13) ON CONFLICT DO NOTHING",
        vec![
            message.id.uuid().into(),
            tenant.as_str().into(),
            message.provider.as_str().into(),
            message.content.purpose().into(),
            storable(&message.subject).into(),
            tx.vault().lookup_contact(tenant, &message.recipient).into(),
            channel.word().into(),
            message.language.tag().into(),
            sealed.seal(&key, message.id)?.into(),
            micros(now).into(),
            message.expires.map(micros).into(),
            owner.into(),
            queue.into(),
            micros(due).into(),
        ],
    )
    .await?;
    // the same news once more is none
    if enqueued == 0 { Ok(()) } else { notifications::note(tx, tenant, owner, message, now).await }
}
