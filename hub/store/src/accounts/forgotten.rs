//! Letting go of what the hub copied of an account: the utility has it.

use komunala_domain::{TenantId, ids::AccountId};

use crate::database::{Failure, Tx};

/// Forgets the copies of an account that nobody has linked any more; the caller holds its row. The account itself stays,
/// and with it what its billing system is yet to be told.
pub(crate) async fn forget_unlinked(tx: &Tx, tenant: &TenantId, account: AccountId) -> Result<(), Failure> {
    let values = || vec![tenant.as_str().into(), account.uuid().into()];
    let linked = "SELECT id FROM links WHERE tenant = $1 AND account_id = $2 AND ended_at IS NULL LIMIT 1";
    if tx.row(linked, values()).await?.is_some() {
        return Ok(());
    }
    for sql in [
        "UPDATE accounts SET copy = NULL, copied_at = NULL, balances = NULL WHERE tenant = $1 AND id = $2",
        "DELETE FROM copies WHERE tenant = $1 AND account_id = $2",
        "DELETE FROM ledger_entries WHERE tenant = $1 AND account_id = $2",
        "DELETE FROM readings WHERE tenant = $1 AND account_id = $2",
        "DELETE FROM interval_days WHERE tenant = $1
           AND point_id IN (SELECT id FROM supply_points WHERE tenant = $1 AND account_id = $2)",
        "DELETE FROM invoice_documents WHERE tenant = $1
           AND invoice_id IN (SELECT id FROM invoices WHERE tenant = $1 AND account_id = $2)",
        "DELETE FROM invoices WHERE tenant = $1 AND account_id = $2",
    ] {
        tx.execute(sql, values()).await?;
    }
    Ok(())
}
