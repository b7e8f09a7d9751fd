//! Pages of invoices, ages included: one statement, and one row per account.
//!
//! An account's part of the page arrives as one JSON text that the database joins out of the invoices' own. A row per
//! invoice would cost more than reading it: each is copied and handed from one thread to another.

use komunala_app::ports::{
    StoreError,
    copies::{CopyAge, CopyKind, DocumentCopy, InvoiceCopy, InvoiceCursor, InvoiceFilter},
};
use komunala_domain::ids::InvoiceId;
use sea_orm::{QueryResult, Value};

use super::{
    age,
    invoices::{Kept, KeptDocument},
    narrow::{Json, narrowed},
};
use crate::{
    accounts::Reach,
    columns::{Word, column, day, from_json, parsed, time},
};

const WHAT: &str = "invoice";

/// An invoice as one JSON text; all parts are JSON already.
const ITEM: &str = "'[' || CAST(i.as_of AS TEXT) || ',' || COALESCE(i.document, 'null') || ',' || i.content || ']'";

/// What [`ITEM`] says.
type Item = (i64, Option<KeptDocument>, Kept);

/// The statement of a page and of the ages of the accounts it is taken from: newest first, by day of issue and id.
pub(super) fn invoices(
    mut reach: Reach,
    json: Json,
    only: &InvoiceFilter,
    after: Option<InvoiceCursor>,
    limit: u32,
) -> (String, Vec<Value>) {
    let condition = reach.condition().to_owned();
    let only = narrowed(&mut reach, json, only);
    let after = match after {
        Some(InvoiceCursor { issued, id }) => {
            format!("AND (i.issued, i.id) < ({}, {})", reach.value(day(issued)), reach.value(id.uuid()))
        }
        None => String::new(),
    };
    let limit = reach.limit(limit);
    let kind = reach.value(CopyKind::Invoices.word());
    let sql = format!(
        "SELECT a.id, a.provider, a.external_id, c.as_of, p.items
         FROM links l JOIN accounts a ON a.id = l.account_id
         LEFT JOIN copies c ON c.account_id = a.id AND c.tenant = $1 AND c.kind = {kind}
         LEFT JOIN (SELECT account_id, '[' || string_agg(item, ',') || ']' AS items
                    FROM (SELECT i.account_id, {ITEM} AS item
                          FROM links l JOIN accounts a ON a.id = l.account_id JOIN invoices i ON i.account_id = a.id
                          WHERE {condition} AND i.tenant = $1 {only} {after}
                          ORDER BY i.issued DESC, i.id DESC {limit}) AS page
                    GROUP BY account_id) AS p ON p.account_id = a.id
         WHERE {condition}"
    );
    (sql, reach.into_values())
}

/// The statement of one invoice; it answers as [`invoices`] does.
pub(super) fn invoice(mut reach: Reach, invoice: InvoiceId) -> (String, Vec<Value>) {
    let condition = reach.condition().to_owned();
    let invoice = reach.value(invoice.uuid());
    let sql = format!(
        "SELECT a.id, a.provider, a.external_id, i.as_of, '[' || {ITEM} || ']'
         FROM links l JOIN accounts a ON a.id = l.account_id JOIN invoices i ON i.account_id = a.id
         WHERE {condition} AND i.tenant = $1 AND i.id = {invoice}"
    );
    (sql, reach.into_values())
}

/// The statement of a bill by the link `$2` of whoever is to pay it, while the link counts; it answers as [`invoices`] does.
pub(crate) fn payers() -> String {
    format!(
        "SELECT a.id, a.provider, a.external_id, i.as_of, '[' || {ITEM} || ']'
         FROM links l JOIN accounts a ON a.id = l.account_id JOIN invoices i ON i.account_id = a.id
         WHERE l.tenant = $1 AND a.tenant = $1 AND i.tenant = $1 AND l.id = $2 AND i.id = $3
           AND l.since IS NOT NULL AND l.ended_at IS NULL AND l.suspended_at IS NULL"
    )
}

/// The same for a mail about it, with whose mail it is, how they want their bills, and what is known of the account, in the
/// columns behind.
pub(crate) fn mailed() -> String {
    format!(
        "SELECT a.id, a.provider, a.external_id, i.as_of, '[' || {ITEM} || ']', l.user_id, l.delivery, a.copy, a.copied_at
         FROM links l JOIN accounts a ON a.id = l.account_id JOIN invoices i ON i.account_id = a.id
         WHERE l.tenant = $1 AND a.tenant = $1 AND i.tenant = $1 AND l.id = $2 AND i.id = $3
           AND l.since IS NOT NULL AND l.ended_at IS NULL AND l.suspended_at IS NULL"
    )
}

/// The statement of the bills of the month `$5` of the accounts of the provider `$2` behind `$3`, up to `$4`; it answers as
/// [`invoices`] does. Bills of which an earlier release did not write the month down are among them, of any month.
pub(crate) fn of_month() -> String {
    format!(
        "SELECT a.id, a.provider, a.external_id, MAX(i.as_of), '[' || string_agg({ITEM}, ',') || ']'
         FROM accounts a JOIN invoices i ON i.account_id = a.id
         WHERE a.tenant = $1 AND i.tenant = $1 AND a.provider = $2 AND a.id > $3 AND a.id <= $4
           AND i.account_id > $3 AND i.account_id <= $4 AND (i.period = $5 OR i.period IS NULL)
         GROUP BY a.id, a.provider, a.external_id"
    )
}

/// The rows of the statements above: ages by account, and invoices, newest first.
pub(crate) fn read(rows: &[QueryResult]) -> Result<(Vec<CopyAge>, Vec<InvoiceCopy>), StoreError> {
    let (mut ages, mut invoices) = (Vec::with_capacity(rows.len()), Vec::new());
    for row in rows {
        let age = age::read(row)?;
        if let Some(items) = column::<Option<String>>(WHAT, row, 4)? {
            for item in from_json::<Vec<Item>>(WHAT, &items)? {
                invoices.push(to_copy(&age, item)?);
            }
        }
        ages.push(age);
    }
    ages.sort_by_key(|age| age.account);
    invoices.sort_by_key(|copy| std::cmp::Reverse((copy.invoice.listed_on(), copy.id)));
    Ok((ages, invoices))
}

fn to_copy(age: &CopyAge, (as_of, document, kept): Item) -> Result<InvoiceCopy, StoreError> {
    Ok(InvoiceCopy {
        id: kept.id,
        account: age.account,
        provider: age.provider.clone(),
        points: kept.points,
        invoice: kept.invoice,
        document: document.map(to_document).transpose()?,
        as_of: time(WHAT, as_of)?,
    })
}

fn to_document(kept: KeptDocument) -> Result<DocumentCopy, StoreError> {
    Ok(DocumentCopy { sha256: parsed(WHAT, &kept.sha256)?, size: kept.size, media_type: kept.media_type })
}
