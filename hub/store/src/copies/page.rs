//! Pages of invoices. The way of a call that finds everything fresh is one statement, ages included.

use komunala_app::ports::{
    StoreError,
    copies::{CopyAge, CopyKind, DocumentCopy, InvoiceCopy, InvoiceCursor},
};
use komunala_domain::{
    ProviderId, Sha256,
    ids::{AccountId, InvoiceId},
};
use sea_orm::{QueryResult, Value};

use super::age;
use crate::{
    accounts::Reach,
    columns::{Word, column, damaged, day, from_json, parsed, time, uuid},
};

const WHAT: &str = "invoice";

/// Account, provider and two columns that mean the account's key and age in a row of ages, then the invoice's.
const COLUMNS: &str = "a.id, a.provider, i.external_id, i.as_of, i.id, i.content,
                       i.document_sha256, i.document_size, i.document_media_type";

/// The statement of a page: newest first, by day of issue and id.
pub(super) fn invoices(mut reach: Reach, after: Option<InvoiceCursor>, limit: u32) -> (String, Vec<Value>) {
    let sql = page(&mut reach, after, limit);
    (sql, reach.into_values())
}

/// The statement of a page and of the ages of the accounts it is taken from.
pub(super) fn invoices_with_ages(mut reach: Reach, after: Option<InvoiceCursor>, limit: u32) -> (String, Vec<Value>) {
    let page = page(&mut reach, after, limit);
    let condition = reach.condition().to_owned();
    let kind = reach.value(CopyKind::Invoices.word());
    let sql = format!(
        "SELECT a.id, a.provider, a.external_id, c.as_of, NULL, NULL, NULL, NULL, NULL
         FROM links l JOIN accounts a ON a.id = l.account_id
         LEFT JOIN copies c ON c.account_id = a.id AND c.tenant = $1 AND c.kind = {kind}
         WHERE {condition}
         UNION ALL SELECT * FROM ({page}) page"
    );
    (sql, reach.into_values())
}

/// The statement of one invoice.
pub(super) fn invoice(mut reach: Reach, invoice: InvoiceId) -> (String, Vec<Value>) {
    let condition = reach.condition().to_owned();
    let invoice = reach.value(invoice.uuid());
    let sql = format!(
        "SELECT {COLUMNS} FROM links l JOIN accounts a ON a.id = l.account_id JOIN invoices i ON i.account_id = a.id
         WHERE {condition} AND i.tenant = $1 AND i.id = {invoice}"
    );
    (sql, reach.into_values())
}

fn page(reach: &mut Reach, after: Option<InvoiceCursor>, limit: u32) -> String {
    let condition = reach.condition().to_owned();
    let after = match after {
        Some(InvoiceCursor { issued, id }) => {
            format!("AND (i.issued, i.id) < ({}, {})", reach.value(day(issued)), reach.value(id.uuid()))
        }
        None => String::new(),
    };
    let limit = reach.value(i64::from(limit));
    format!(
        "SELECT {COLUMNS} FROM links l JOIN accounts a ON a.id = l.account_id JOIN invoices i ON i.account_id = a.id
         WHERE {condition} AND i.tenant = $1 {after} ORDER BY i.issued DESC, i.id DESC LIMIT {limit}"
    )
}

/// The rows of any of the statements above: ages and invoices, each in their order.
pub(super) fn read(rows: &[QueryResult]) -> Result<(Vec<CopyAge>, Vec<InvoiceCopy>), StoreError> {
    let mut ages = Vec::new();
    let mut invoices: Vec<InvoiceCopy> = Vec::with_capacity(rows.len());
    for row in rows {
        match column::<Option<_>>(WHAT, row, 4)? {
            None => ages.push(age::read(row)?),
            Some(id) => invoices.push(read_invoice(row, InvoiceId::from_uuid(id), invoices.last())?),
        }
    }
    // a union has no order; what comes in order costs next to nothing to sort
    ages.sort_by_key(|age| age.account);
    invoices.sort_by_key(|copy| std::cmp::Reverse((copy.invoice.issued, copy.id)));
    Ok((ages, invoices))
}

fn read_invoice(row: &QueryResult, id: InvoiceId, last: Option<&InvoiceCopy>) -> Result<InvoiceCopy, StoreError> {
    let account = AccountId::from_uuid(uuid(WHAT, row, 0)?);
    let provider: ProviderId = match last {
        // most pages are of one account
        Some(last) if last.account == account => last.provider.clone(),
        _ => parsed(WHAT, &column::<String>(WHAT, row, 1)?)?,
    };
    let content: String = column(WHAT, row, 5)?;
    Ok(InvoiceCopy {
        id,
        account,
        provider,
        invoice: from_json(WHAT, &content)?,
        document: read_document(row)?,
        as_of: time(WHAT, column(WHAT, row, 3)?)?,
    })
}

fn read_document(row: &QueryResult) -> Result<Option<DocumentCopy>, StoreError> {
    let Some(digest) = column::<Option<Vec<u8>>>(WHAT, row, 6)? else { return Ok(None) };
    let digest = <[u8; 32]>::try_from(digest).map_err(|_| damaged(WHAT, "a digest has 32 bytes"))?;
    let size: i64 = column(WHAT, row, 7)?;
    Ok(Some(DocumentCopy {
        sha256: Sha256(digest),
        size: u64::try_from(size).map_err(|_| damaged(WHAT, "a document's size is negative"))?,
        media_type: column(WHAT, row, 8)?,
    }))
}
