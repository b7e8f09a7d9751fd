//! Telling a user something by mail, within the transaction that gives cause to.

use jiff::Timestamp;
use komunala_app::ports::outbox::{NewMessage, Notice};
use komunala_domain::{EmailAddress, TenantId, ids::UserId};

use crate::{
    columns::{column, damaged, parsed},
    database::{Failure, Tx},
    outbox::enqueue,
};

const WHAT: &str = "user";

/// Enqueues a notice to a user, in their language and on behalf of the provider of the account they linked last.
pub(crate) async fn tell(
    tx: &Tx,
    tenant: &TenantId,
    user: UserId,
    notice: &Notice,
    now: Timestamp,
) -> Result<(), Failure> {
    let message = addressed(tx, tenant, user, notice).await?;
    enqueue(tx, tenant, &message, now).await
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
    let message = addressed(tx, tenant, user, notice).await?;
    enqueue(tx, tenant, &NewMessage { recipient: address.clone(), ..message }, now).await
}

async fn addressed(tx: &Tx, tenant: &TenantId, user: UserId, notice: &Notice) -> Result<NewMessage, Failure> {
    let row = tx
        .row(
            "SELECT u.email, u.language,
                    (SELECT a.provider FROM links l JOIN accounts a ON a.id = l.account_id
                     WHERE l.tenant = $1 AND l.user_id = u.id AND l.since IS NOT NULL AND l.ended_at IS NULL
                     ORDER BY l.id DESC LIMIT 1)
             FROM users u WHERE u.tenant = $1 AND u.id = $2",
            vec![tenant.as_str().into(), user.uuid().into()],
        )
        .await?
        .ok_or_else(|| damaged(WHAT, format_args!("the tenant has no {user}")))?;
    let provider: Option<String> = column(WHAT, &row, 2)?;
    Ok(NewMessage {
        id: notice.id,
        provider: provider.map_or(Ok(notice.provider.clone()), |provider| parsed(WHAT, &provider))?,
        subject: notice.subject.clone(),
        recipient: parsed(WHAT, &column::<String>(WHAT, &row, 0)?)?,
        language: parsed(WHAT, &column::<String>(WHAT, &row, 1)?)?,
        content: notice.content.clone(),
        expires: notice.expires,
    })
}
