//! Which document is which bill's: what the billing system answered last, for each bill and form.
//!
//! A document that was answered for bills of two accounts is neither's, for nobody can tell whose it is. It becomes one's
//! own again when the billing system answers another document for the other one's bill.

use std::collections::{HashMap, HashSet};

use komunala_app::ports::{
    StoreError,
    copies::{DocumentCopy, FetchedDocument},
};
use komunala_domain::{Sha256, TenantId, document::PDF, ids::AccountId};
use sea_orm::{QueryResult, Value, prelude::Uuid};

use super::{forms, invoices::KeptDocument};
use crate::{
    columns::{column, json, uuid},
    database::{CHUNK, Failure, Lines, Tx, of_tenant, places},
    documents,
};

const WHAT: &str = "document of a bill";

/// The statement of the bills that documents were answered for, by account; [`own`] reads its rows.
pub(super) fn answered_for<'a>(
    tenant: &TenantId,
    documents: impl IntoIterator<Item = &'a Sha256>,
) -> (String, Vec<Value>) {
    let values = of_tenant(tenant, documents.into_iter().map(ToString::to_string));
    let places = places(2, values.len() - 1);
    (format!("SELECT sha256, account_id FROM bill_documents WHERE tenant = $1 AND sha256 IN ({places})"), values)
}

/// Whether each document was answered for nobody but its account.
pub(super) fn own(rows: &[QueryResult], documents: &[(AccountId, Sha256)]) -> Result<Vec<bool>, StoreError> {
    let mut accounts: HashMap<String, HashSet<Uuid>> = HashMap::new();
    for row in rows {
        accounts.entry(column(WHAT, row, 0)?).or_default().insert(uuid(WHAT, row, 1)?);
    }
    let is_own = |(account, document): &(AccountId, Sha256)| {
        let accounts = accounts.get(&document.to_string());
        accounts.is_none_or(|accounts| accounts.iter().all(|other| *other == account.uuid()))
    };
    Ok(documents.iter().map(is_own).collect())
}

/// Notes what was answered, and keeps at the bills what is their account's own; answers what is. What nobody has a bill of
/// any more is nobody else's.
pub(super) async fn keep(tx: Tx, tenant: &TenantId, fetched: &[FetchedDocument]) -> Result<Vec<bool>, Failure> {
    // in one order, so that two who fetched the same do not wait for each other
    let mut order: Vec<_> = fetched.iter().collect();
    order.sort_by_key(|document| (document.invoice, document.copy.media_type.as_str()));
    order.dedup_by_key(|document| (document.invoice, document.copy.media_type.as_str()));
    let mut anothers = HashSet::new();
    for documents in order.chunks(CHUNK) {
        let there = still_there(&tx, tenant, documents).await?;
        let (documents, lost): (Vec<&FetchedDocument>, Vec<_>) =
            documents.iter().copied().partition(|document| there.contains(&document.invoice.uuid()));
        // the last link ended while they were fetched: nothing would name the bytes any more
        let lost: Vec<_> = lost.iter().map(|document| document.copy.sha256.to_string()).collect();
        documents::forget(&tx, tenant, &lost).await?;
        if documents.is_empty() {
            continue;
        }
        note(&tx, tenant, &documents).await?;
        let named: Vec<_> = documents.iter().map(|document| (document.account, document.copy.sha256)).collect();
        let (sql, values) = answered_for(tenant, named.iter().map(|(_, document)| document));
        let is_own = own(&tx.rows(&sql, values).await?, &named)?;
        let (theirs, mixed_up): (Vec<_>, Vec<_>) = documents.into_iter().zip(is_own).partition(|(_, is_own)| *is_own);
        keep_own(&tx, tenant, theirs.into_iter().map(|(document, _)| document)).await?;
        anothers.extend(mixed_up.into_iter().map(|(document, _)| (document.invoice, document.copy.sha256)));
    }
    Ok(fetched.iter().map(|document| !anothers.contains(&(document.invoice, document.copy.sha256))).collect())
}

/// Those of the bills that somebody still has.
async fn still_there(tx: &Tx, tenant: &TenantId, documents: &[&FetchedDocument]) -> Result<HashSet<Uuid>, Failure> {
    let values = of_tenant(tenant, documents.iter().map(|document| document.invoice.uuid()));
    let sql = format!("SELECT id FROM invoices WHERE tenant = $1 AND id IN ({})", places(2, documents.len()));
    let rows = tx.rows(&sql, values).await?;
    Ok(rows.iter().map(|row| uuid(WHAT, row, 0)).collect::<Result<_, _>>()?)
}

async fn note(tx: &Tx, tenant: &TenantId, documents: &[&FetchedDocument]) -> Result<(), Failure> {
    let mut lines = Lines::behind(Vec::new());
    for document in documents {
        let FetchedDocument { invoice, account, copy } = document;
        lines.add([
            invoice.uuid().into(),
            copy.media_type.as_str().into(),
            tenant.as_str().into(),
            account.uuid().into(),
            copy.sha256.to_string().into(),
        ]);
    }
    let (rows, values) = lines.into_parts();
    let sql = format!(
        "INSERT INTO bill_documents (invoice_id, media_type, tenant, account_id, sha256) VALUES {rows}
         ON CONFLICT (invoice_id, media_type) DO UPDATE SET account_id = excluded.account_id, sha256 = excluded.sha256"
    );
    tx.execute(&sql, values).await?;
    Ok(())
}

async fn keep_own<'a>(
    tx: &Tx,
    tenant: &TenantId,
    documents: impl Iterator<Item = &'a FetchedDocument>,
) -> Result<(), Failure> {
    let mut lines = Lines::behind(vec![tenant.as_str().into()]);
    for document in documents {
        match document.copy.media_type.as_str() {
            PDF => lines.add([document.invoice.uuid().into(), column_text(&document.copy)?.into()]),
            _ => forms::keep(tx, tenant, document.invoice, &document.copy).await?,
        }
    }
    if !lines.is_empty() {
        let (rows, values) = lines.into_parts();
        let sql = format!(
            "UPDATE invoices SET document = d.column2 FROM (VALUES {rows}) AS d
             WHERE invoices.tenant = $1 AND invoices.id = d.column1"
        );
        tx.execute(&sql, values).await?;
    }
    Ok(())
}

fn column_text(DocumentCopy { sha256, size, media_type }: &DocumentCopy) -> Result<String, StoreError> {
    json(&KeptDocument { sha256: sha256.to_string(), size: *size, media_type: media_type.clone() })
}
