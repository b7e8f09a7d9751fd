//! Documents of invoices in other forms than the PDF.

use komunala_app::ports::{StoreError, copies::DocumentCopy};
use komunala_domain::{TenantId, ids::InvoiceId};
use sea_orm::{QueryResult, Value};

use crate::{
    columns::{column, damaged, parsed},
    database::{Failure, Tx},
};

const WHAT: &str = "invoice document";

/// The statement that finds what is known of a form.
pub(super) const FIND: &str =
    "SELECT sha256, size, media_type FROM invoice_documents WHERE tenant = $1 AND invoice_id = $2 AND media_type = $3";

/// A row of [`FIND`].
pub(super) fn read(row: &QueryResult) -> Result<DocumentCopy, StoreError> {
    Ok(DocumentCopy {
        sha256: parsed(WHAT, &column::<String>(WHAT, row, 0)?)?,
        size: u64::try_from(column::<i64>(WHAT, row, 1)?).map_err(|_| damaged(WHAT, "its size is negative"))?,
        media_type: column(WHAT, row, 2)?,
    })
}

pub(super) async fn keep(
    tx: &Tx,
    tenant: &TenantId,
    invoice: InvoiceId,
    document: &DocumentCopy,
) -> Result<(), Failure> {
    let sql = "INSERT INTO invoice_documents (invoice_id, media_type, tenant, sha256, size)
               SELECT i.id, $2, i.tenant, $4, $5 FROM invoices i WHERE i.tenant = $3 AND i.id = $1
               ON CONFLICT (invoice_id, media_type) DO UPDATE SET sha256 = excluded.sha256, size = excluded.size";
    let values = vec![
        invoice.uuid().into(),
        document.media_type.as_str().into(),
        tenant.as_str().into(),
        document.sha256.to_string().into(),
        i64::try_from(document.size).unwrap_or(i64::MAX).into(),
    ];
    tx.execute(sql, values).await?;
    Ok(())
}

/// Forgets the forms of a condition, whose `$1` is the tenant; answers their digests.
pub(super) async fn forget(tx: &Tx, condition: &str, values: &[Value]) -> Result<Vec<String>, Failure> {
    let sql = format!("DELETE FROM invoice_documents WHERE {condition} RETURNING sha256");
    let rows = tx.rows(&sql, values.to_vec()).await?;
    Ok(rows.iter().map(|row| column(WHAT, row, 0)).collect::<Result<_, StoreError>>()?)
}
