//! What is left of a user in the database after their key has gone, or is about to: an id without a person.

use jiff::Timestamp;
use komunala_domain::{
    TenantId,
    ids::{AccountId, UserId},
};

use crate::{
    accounts, challenges,
    columns::{column, micros, uuid},
    database::{Failure, Tx},
    readings, service_requests, sessions, subscriptions, verifications,
};

/// Ends everything that a user has, and leaves nothing of what is known of them. Their delivery choices stop to count.
///
/// Answers whether there was anybody.
pub(crate) async fn bury(tx: &Tx, tenant: &TenantId, user: UserId, now: Timestamp) -> Result<bool, Failure> {
    let sql = "UPDATE users SET email_lookup = $3, phone_lookup = NULL, sealed = '', password_hash = '', verified_at = NULL, erased_at = $4
               WHERE tenant = $1 AND id = $2 AND erased_at IS NULL";
    let values =
        vec![tenant.as_str().into(), user.uuid().into(), user.uuid().simple().to_string().into(), micros(now).into()];
    if tx.execute(sql, values).await? == 0 {
        return Ok(false);
    }
    verifications::close_all(tx, tenant, user, now).await?;
    challenges::forget(tx, tenant, user, now).await?;
    sessions::forget(tx, tenant, user, now).await?;
    service_requests::forget(tx, tenant, user).await?;
    readings::forget(tx, tenant, user).await?;
    subscriptions::forget(tx, tenant, user).await?;
    // accounts are held in one order, as everywhere
    let linked = "SELECT account_id, suspended_at FROM links
                  WHERE tenant = $1 AND user_id = $2 AND ended_at IS NULL ORDER BY account_id";
    for row in tx.rows(linked, vec![tenant.as_str().into(), user.uuid().into()]).await? {
        let account = AccountId::from_uuid(uuid("link", &row, 0)?);
        accounts::lock(tx, tenant, account).await?;
        let sql = "UPDATE links SET ended_at = $4
                   WHERE tenant = $1 AND user_id = $2 AND account_id = $3 AND ended_at IS NULL";
        let values = vec![tenant.as_str().into(), user.uuid().into(), account.uuid().into(), micros(now).into()];
        tx.execute(sql, values).await?;
        // a link that was suspended has not counted since; its billing system may not know the account any more
        if column::<Option<i64>>("link", &row, 1)?.is_none() {
            accounts::postal::settle(tx, tenant, account, now).await?;
        }
        accounts::forgotten::forget_unlinked(tx, tenant, account).await?;
    }
    Ok(true)
}
