//! Putting a message into the outbox, within the transaction that causes it.

use jiff::Timestamp;
use komunala_app::ports::outbox::NewMessage;
use komunala_domain::TenantId;

use crate::{
    columns::{json, micros, storable},
    database::{Failure, Tx},
};

/// The only channel so far.
const EMAIL: &str = "email";

/// Enqueues a message, due at once. One with the same purpose, subject, recipient and channel stays the only one.
pub(crate) async fn enqueue(tx: &Tx, tenant: &TenantId, message: &NewMessage, now: Timestamp) -> Result<(), Failure> {
    let now = micros(now);
    tx.execute(
        "INSERT INTO messages (id, tenant, provider, purpose, subject, recipient, channel, language, content, state,
                               attempt, created_at, due_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'pending', 0, $10, $10, $11) ON CONFLICT DO NOTHING",
        vec![
            message.id.uuid().into(),
            tenant.as_str().into(),
            message.provider.as_str().into(),
            message.content.purpose().into(),
            storable(&message.subject).into(),
            message.recipient.as_str().into(),
            EMAIL.into(),
            message.language.tag().into(),
            json(&message.content)?.into(),
            now.into(),
            message.expires.map(micros).into(),
        ],
    )
    .await?;
    Ok(())
}
