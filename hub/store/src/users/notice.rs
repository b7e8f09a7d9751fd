//! Telling a user something by mail, within the transaction that gives cause to.

use jiff::Timestamp;
use komunala_app::ports::outbox::{NewMessage, Notice};
use komunala_domain::{EmailAddress, TenantId, ids::UserId};

use super::Person;
use crate::{
    columns::{column, damaged, parsed},
    database::{Failure, Tx},
    outbox::enqueue,
};

const WHAT: &str = "user";

/// Enqueues a notice to a user, in their language and on behalf of the provider of the account they linked last. Whoever
/// was erased is told nothing.
pub(crate) async fn tell(
    tx: &Tx,
    tenant: &TenantId,
    user: UserId,
    notice: &Notice,
    now: Timestamp,
) -> Result<(), Failure> {
    match addressed(tx, tenant, user, notice).await? {
        Some(message) => enqueue(tx, tenant, user.uuid(), &message, now).await,
        None => Ok(()),
    }
}

/// The same on behalf of the provider that the notice names: it is about what that provider did.
pub(crate) async fn tell_for(
    tx: &Tx,
    tenant: &TenantId,
    user: UserId,
    notice: &Notice,
    now: Timestamp,
) -> Result<(), Failure> {
    let Some(message) = addressed(tx, tenant, user, notice).await? else { return Ok(()) };
    enqueue(tx, tenant, user.uuid(), &NewMessage { provider: notice.provider.clone(), ..message }, now).await
}

/// The same to another address than the user's present one.
pub(crate) async fn tell_at(
    tx: &Tx,
    tenant: &TenantId,
    user: UserId,
    address: &EmailAddress,
    notice: &Notice,
    now: Timestamp,
) -> Result<(), Failure> {
    let Some(message) = addressed(tx, tenant, user, notice).await? else { return Ok(()) };
    enqueue(tx, tenant, user.uuid(), &NewMessage { recipient: address.clone().into(), ..message }, now).await
}

async fn addressed(tx: &Tx, tenant: &TenantId, user: UserId, notice: &Notice) -> Result<Option<NewMessage>, Failure> {
    let row = tx
        .row(
            "SELECT u.sealed, u.language,
                    (SELECT a.provider FROM links l JOIN accounts a ON a.id = l.account_id
                     WHERE l.tenant = $1 AND l.user_id = u.id AND l.since IS NOT NULL AND l.ended_at IS NULL
                     ORDER BY l.id DESC LIMIT 1)
             FROM users u WHERE u.tenant = $1 AND u.id = $2",
            vec![tenant.as_str().into(), user.uuid().into()],
        )
        .await?
        .ok_or_else(|| damaged(WHAT, format_args!("the tenant has no {user}")))?;
    let sealed: String = column(WHAT, &row, 0)?;
    let Some(person) = Person::open(tx.vault(), user.uuid(), &sealed).await? else { return Ok(None) };
    let provider: Option<String> = column(WHAT, &row, 2)?;
    Ok(Some(NewMessage {
        id: notice.id,
        provider: provider.map_or(Ok(notice.provider.clone()), |provider| parsed(WHAT, &provider))?,
        subject: notice.subject.clone(),
        recipient: person.address()?.into(),
        language: parsed(WHAT, &column::<String>(WHAT, &row, 1)?)?,
        content: notice.content.clone(),
        expires: notice.expires,
    }))
}
