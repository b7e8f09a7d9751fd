//! Bills that need paper.

use komunala_app::{
    ports::{
        StoreError,
        bill_runs::{PaperBill, PaperCursor, PaperReason},
    },
    sealing::CopyKeys,
};
use komunala_domain::{
    TenantId,
    ids::{AccountId, BillRunId, InvoiceId},
};
use sea_orm::{QueryResult, Value, prelude::Uuid};

use super::WHAT;
use crate::{
    accounts::copy,
    columns::{Word, column, parsed, uuid},
};

/// The statement of a page. A bill whose mails all failed needs paper, and so does one of which the billing system has not
/// said that it does not print.
pub(super) const PAGE: &str =
    "SELECT p.account_id, p.bill, p.invoice_id, p.number, p.external_id, p.copy, p.copied_at, p.reason
     FROM (SELECT b.account_id, b.bill, b.invoice_id, b.number, a.external_id, a.copy, a.copied_at,
                  CASE WHEN b.way = 'paper' THEN 'chosen'
                       WHEN b.way = 'both' THEN 'both'
                       WHEN NOT EXISTS (SELECT 1 FROM bill_run_items i LEFT JOIN messages m ON m.id = i.id
                                        WHERE i.run_id = b.run_id AND i.account_id = b.account_id AND i.bill = b.bill
                                          AND i.revision = b.revision
                                          AND COALESCE(m.state, i.ended, 'failed') <> 'failed') THEN 'mail_failed'
                       WHEN a.postal_told IS NULL OR a.postal_told <> 'email' THEN 'not_told' END AS reason
           FROM bill_run_bills b JOIN accounts a ON a.id = b.account_id
           WHERE b.tenant = $1 AND a.tenant = $1 AND b.run_id = $2 AND (b.account_id, b.bill) > ($3, $4)) AS p
     WHERE p.reason IS NOT NULL
     ORDER BY p.account_id, p.bill LIMIT $5 + 0";

/// The values of [`PAGE`].
pub(super) fn values(tenant: &TenantId, run: BillRunId, after: Option<&PaperCursor>, limit: u32) -> Vec<Value> {
    let (account, bill) = after.map_or((Uuid::nil(), ""), |(account, bill)| (account.uuid(), bill.as_str()));
    vec![tenant.as_str().into(), run.uuid().into(), account.into(), bill.into(), i64::from(limit).into()]
}

/// A row of [`PAGE`].
pub(super) fn read(keys: &CopyKeys, row: &QueryResult) -> Result<PaperBill, StoreError> {
    let account = uuid(WHAT, row, 0)?;
    let known = match (column::<Option<String>>(WHAT, row, 5)?, column::<Option<i64>>(WHAT, row, 6)?) {
        (Some(sealed), Some(at)) => Some(copy::of_columns(keys, account, &sealed, at)?.account),
        _ => None,
    };
    Ok(PaperBill {
        account: AccountId::from_uuid(account),
        bill: parsed(WHAT, &column::<String>(WHAT, row, 1)?)?,
        invoice: InvoiceId::from_uuid(uuid(WHAT, row, 2)?),
        number: column(WHAT, row, 3)?,
        external_account: parsed(WHAT, &column::<String>(WHAT, row, 4)?)?,
        customer_number: known.map(|known| known.customer_number),
        reason: PaperReason::of(&column::<String>(WHAT, row, 7)?)?,
    })
}
