//! Who an address belongs to.

use komunala_domain::{EmailAddress, TenantId, ids::UserId};

use crate::{
    columns::uuid,
    database::{Failure, Tx},
};

const WHAT: &str = "user";

/// The user who has confirmed this address.
pub(crate) async fn confirmed(tx: &Tx, tenant: &TenantId, email: &EmailAddress) -> Result<Option<UserId>, Failure> {
    let sql = "SELECT id FROM users WHERE tenant = $1 AND email = $2 AND verified_at IS NOT NULL";
    let row = tx.row(sql, vec![tenant.as_str().into(), email.as_str().into()]).await?;
    Ok(row.map(|row| uuid(WHAT, &row, 0)).transpose()?.map(UserId::from_uuid))
}
