//! Letting go of what the hub copied of an account: the utility has it.

use komunala_domain::{TenantId, ids::AccountId};

use crate::{
    copies,
    database::{Failure, Tx},
};

/// Forgets the copies of an account that nobody has linked any more; the caller holds its row. The account itself stays,
/// and with it what its billing system is yet to be told.
pub(crate) async fn forget_unlinked(tx: &Tx, tenant: &TenantId, account: AccountId) -> Result<(), Failure> {
    let values = vec![tenant.as_str().into(), account.uuid().into()];
    let linked = "SELECT id FROM links WHERE tenant = $1 AND account_id = $2 AND ended_at IS NULL LIMIT 1";
    if tx.row(linked, values).await?.is_some() {
        return Ok(());
    }
    copies::forget::all(tx, tenant, account).await
}
