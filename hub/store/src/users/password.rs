//! Passwords, and what ends with them.

use jiff::Timestamp;
use komunala_app::{
    ports::{audit::Action, users::PasswordChange},
    scope::UserScope,
};
use komunala_domain::{
    TenantId,
    ids::{SessionId, UserId},
};

use super::tell;
use crate::{
    audit, challenges,
    columns::storable,
    database::{Failure, Tx},
    sessions,
};

pub(super) async fn change(tx: Tx, scope: &UserScope, change: &PasswordChange) -> Result<bool, Failure> {
    let (tenant, user) = (scope.tenant().tenant(), scope.user());
    if !set_password(&tx, tenant, user, Some(&change.shown), &change.hash).await? {
        return Ok(false);
    }
    lock_out(&tx, tenant, user, Some(scope.session()), change.now).await?;
    tell(&tx, tenant, user, &change.notice, change.now).await?;
    audit::tell(&tx, tenant, &[audit::by_user(user, Action::PasswordChanged, "")], change.now).await?;
    Ok(true)
}

/// Sets a password, where one is given only in place of that one; `false` when it was another.
pub(crate) async fn set_password(
    tx: &Tx,
    tenant: &TenantId,
    user: UserId,
    shown: Option<&str>,
    hash: &str,
) -> Result<bool, Failure> {
    let sql = "UPDATE users SET password_hash = $3
               WHERE tenant = $1 AND id = $2 AND password_hash = COALESCE($4, password_hash)";
    let values = vec![tenant.as_str().into(), user.uuid().into(), storable(hash).into(), shown.into()];
    Ok(tx.execute(sql, values).await? == 1)
}

/// Ends every session of a user but `keep`, and every open code and link: nobody who got in before stays.
pub(crate) async fn lock_out(
    tx: &Tx,
    tenant: &TenantId,
    user: UserId,
    keep: Option<SessionId>,
    now: Timestamp,
) -> Result<(), Failure> {
    sessions::end_all(tx, tenant, user, keep, now).await?;
    challenges::close_all(tx, tenant, user, now).await
}
