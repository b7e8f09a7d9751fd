//! Forgetting what was copied of an account that is somebody else's now, or nobody's.

use komunala_domain::{TenantId, ids::AccountId};

use super::invoices;
use crate::database::{Failure, Tx};

/// What stands in rows of an account besides its invoices. Readings that are on their way to the billing system stay
/// until they are settled.
const ROWS: [&str; 5] = [
    "DELETE FROM ledger_entries WHERE tenant = $1 AND account_id = $2",
    "DELETE FROM readings WHERE tenant = $1 AND account_id = $2 AND ask_at IS NULL",
    "DELETE FROM interval_days WHERE tenant = $1
     AND point_id IN (SELECT p.id FROM supply_points p WHERE p.tenant = $1 AND p.account_id = $2)",
    "DELETE FROM copies WHERE tenant = $1 AND account_id = $2",
    "UPDATE accounts SET copy = NULL, copied_at = NULL, balances = NULL WHERE tenant = $1 AND id = $2",
];

/// Forgets every copy of an account; its ids stay. Whoever calls it holds the account's row.
pub(crate) async fn all(tx: &Tx, tenant: &TenantId, account: AccountId) -> Result<(), Failure> {
    let of_account = || vec![tenant.as_str().into(), account.uuid().into()];
    invoices::remove(tx, tenant, "tenant = $1 AND account_id = $2", of_account()).await?;
    for rows in ROWS {
        tx.execute(rows, of_account()).await?;
    }
    Ok(())
}
