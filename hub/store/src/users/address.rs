//! Who an address belongs to, and giving it to somebody else.

use jiff::Timestamp;
use komunala_domain::{EmailAddress, TenantId, ids::UserId};

use crate::{
    accounts,
    columns::{column, uuid},
    database::{Failure, Tx},
    verifications,
};

const WHAT: &str = "user";

/// The user who has confirmed this address.
pub(crate) async fn confirmed(tx: &Tx, tenant: &TenantId, email: &EmailAddress) -> Result<Option<UserId>, Failure> {
    let sql = "SELECT id FROM users WHERE tenant = $1 AND email = $2 AND verified_at IS NOT NULL";
    let row = tx.row(sql, vec![tenant.as_str().into(), email.as_str().into()]).await?;
    Ok(row.map(|row| uuid(WHAT, &row, 0)).transpose()?.map(UserId::from_uuid))
}

/// Sees to it that nobody has an address; `false` when somebody has confirmed it. Whoever has not loses it: their row
/// stays, because what they agreed to refers to it, under an address that no mail can be sent to.
pub(crate) async fn make_room(
    tx: &Tx,
    tenant: &TenantId,
    email: &EmailAddress,
    now: Timestamp,
) -> Result<bool, Failure> {
    let sql = tx.locking("SELECT id, verified_at FROM users WHERE tenant = $1 AND email = $2 {lock}");
    let Some(row) = tx.row(&sql, vec![tenant.as_str().into(), email.as_str().into()]).await? else {
        return Ok(true);
    };
    let (holder, verified_at): (_, Option<i64>) = (UserId::from_uuid(uuid(WHAT, &row, 0)?), column(WHAT, &row, 1)?);
    if verified_at.is_some() {
        return Ok(false);
    }
    accounts::links::end_unconfirmed(tx, tenant, holder, now).await?;
    verifications::close_all(tx, tenant, holder, now).await?;
    let nowhere = format!("{holder}@released.invalid");
    write(tx, tenant, holder, &nowhere).await.map(|()| true)
}

/// Makes an address a user's; nobody else may have it.
pub(crate) async fn move_to(tx: &Tx, tenant: &TenantId, user: UserId, email: &EmailAddress) -> Result<(), Failure> {
    write(tx, tenant, user, email.as_str()).await
}

async fn write(tx: &Tx, tenant: &TenantId, user: UserId, email: &str) -> Result<(), Failure> {
    let sql = "UPDATE users SET email = $3 WHERE tenant = $1 AND id = $2";
    tx.execute(sql, vec![tenant.as_str().into(), user.uuid().into(), email.into()]).await?;
    Ok(())
}
