//! Who an address belongs to, and giving it to somebody else.

use jiff::Timestamp;
use komunala_domain::{EmailAddress, TenantId, ids::UserId};

use super::{Person, bury};
use crate::{
    accounts,
    columns::{column, parsed, uuid},
    database::{Failure, Tx},
    subscriptions,
    vault::OpenKey,
    verifications,
};

const WHAT: &str = "user";

/// The user who has confirmed this address.
pub(crate) async fn confirmed(tx: &Tx, tenant: &TenantId, email: &EmailAddress) -> Result<Option<UserId>, Failure> {
    let sql = "SELECT id FROM users WHERE tenant = $1 AND email_lookup = $2 AND verified_at IS NOT NULL";
    let row = tx.row(sql, vec![tenant.as_str().into(), tx.vault().lookup(tenant, email).into()]).await?;
    let Some(row) = row else { return Ok(None) };
    let user = uuid(WHAT, &row, 0)?;
    // only a database that was put back holds somebody who has no key
    Ok(tx.vault().key(user).await?.map(|_| UserId::from_uuid(user)))
}

/// Sees to it that nobody has an address; `false` when somebody has confirmed it. Whoever has not loses it: their row
/// stays, because what they agreed to refers to it, under an address that no mail can be sent to.
pub(crate) async fn make_room(
    tx: &Tx,
    tenant: &TenantId,
    email: &EmailAddress,
    now: Timestamp,
) -> Result<bool, Failure> {
    let sql = tx.locking("SELECT id, verified_at FROM users WHERE tenant = $1 AND email_lookup = $2 {lock}");
    let lookup = tx.vault().lookup(tenant, email);
    let Some(row) = tx.row(&sql, vec![tenant.as_str().into(), lookup.into()]).await? else { return Ok(true) };
    let (holder, verified_at): (_, Option<i64>) = (UserId::from_uuid(uuid(WHAT, &row, 0)?), column(WHAT, &row, 1)?);
    let Some((person, key)) = Person::hold(tx, tenant, holder).await? else {
        // only a database that was put back holds somebody who has no key
        bury(tx, tenant, holder, now).await?;
        return Ok(true);
    };
    if verified_at.is_some() {
        return Ok(false);
    }
    accounts::links::end_unconfirmed(tx, tenant, holder, now).await?;
    verifications::close_all(tx, tenant, holder, now).await?;
    let nowhere = parsed(WHAT, &format!("{holder}@released.invalid"))?;
    write(tx, tenant, holder, (person, &key), &nowhere).await.map(|()| true)
}

/// Makes an address a user's; nobody else may have it. `false` when the user is nobody any more.
pub(crate) async fn move_to(tx: &Tx, tenant: &TenantId, user: UserId, email: &EmailAddress) -> Result<bool, Failure> {
    let Some((person, key)) = Person::hold(tx, tenant, user).await? else { return Ok(false) };
    subscriptions::move_to(tx, tenant, user, email, &key).await?;
    write(tx, tenant, user, (person, &key), email).await.map(|()| true)
}

async fn write(
    tx: &Tx,
    tenant: &TenantId,
    user: UserId,
    (person, key): (Person, &OpenKey),
    email: &EmailAddress,
) -> Result<(), Failure> {
    let person = Person { email: email.as_str().to_owned(), ..person };
    let sql = "UPDATE users SET email_lookup = $3, sealed = $4 WHERE tenant = $1 AND id = $2";
    let values = vec![
        tenant.as_str().into(),
        user.uuid().into(),
        tx.vault().lookup(tenant, email).into(),
        person.seal(key, user.uuid())?.into(),
    ];
    tx.execute(sql, values).await?;
    Ok(())
}
