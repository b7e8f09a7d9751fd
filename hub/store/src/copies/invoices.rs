//! Keeping invoices: an invoice that is known keeps its id, and its document unless it changed.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use komunala_app::ports::{
    StoreError,
    copies::{CopyKind, DocumentCopy},
};
use komunala_domain::{
    Invoice, TenantId,
    ids::{AccountId, InvoiceId, SupplyPointId},
};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, Value, prelude::Expr};
use serde::{Deserialize, Serialize};

use super::{age, forms};
use crate::{
    accounts::{self, identity::Identity},
    columns::{column, day, from_json, json, micros, texts},
    database::{Failure, Tx},
    documents,
    entities::invoice::{ActiveModel, Column, Entity, Model},
};

const WHAT: &str = "invoice";

/// How many rows one statement names; both databases bound the number of its values.
const CHUNK: usize = 500;

/// The column `content`.
#[derive(Deserialize)]
pub(super) struct Kept {
    /// The hub's id: it stands here too so that a page is one text.
    pub(super) id: InvoiceId,
    /// What the billing system says.
    pub(super) invoice: Invoice,
    /// The hub's ids of the supply points that it names. An earlier release did not write them down.
    #[serde(default)]
    pub(super) points: Vec<SupplyPointId>,
}

impl Kept {
    async fn json(id: InvoiceId, invoice: &Invoice, points: &mut Identity<'_>) -> Result<String, Failure> {
        #[derive(Serialize)]
        struct Keep<'a> {
            id: InvoiceId,
            invoice: &'a Invoice,
            points: Vec<SupplyPointId>,
        }
        let mut ids = Vec::with_capacity(invoice.supply_points.len());
        for point in &invoice.supply_points {
            ids.push(points.point(point.as_str()).await?);
        }
        Ok(json(&Keep { id, invoice, points: ids })?)
    }
}

/// The column `document`.
#[derive(Serialize, Deserialize)]
pub(super) struct KeptDocument {
    /// The digest in hexadecimal.
    pub(super) sha256: String,
    /// Its length in bytes.
    pub(super) size: u64,
    /// Its media type.
    pub(super) media_type: String,
}

pub(super) async fn keep(
    tx: Tx,
    tenant: &TenantId,
    account: AccountId,
    invoices: &[Invoice],
    as_of: Timestamp,
) -> Result<(), Failure> {
    merge(&tx, tenant, account, &invoices.iter().collect::<Vec<_>>(), as_of).await?;
    age::renew(&tx, tenant, account, CopyKind::Invoices, as_of).await
}

/// Keeps some of an account's invoices; how old the copy is as a whole does not change by that.
pub(crate) async fn merge(
    tx: &Tx,
    tenant: &TenantId,
    account: AccountId,
    invoices: &[&Invoice],
    as_of: Timestamp,
) -> Result<(), Failure> {
    accounts::lock(tx, tenant, account).await?;
    let known = known(tx, tenant, account).await?;
    let mut points = Identity::of(tx, tenant, account).await?;
    let (mut seen, mut new, mut unchanged) = (HashSet::new(), Vec::new(), Vec::new());
    for invoice in invoices {
        // the last word on an invoice that is named twice would depend on the order
        if !seen.insert(invoice.external_id.as_str()) {
            continue;
        }
        match known.get(invoice.external_id.as_str()) {
            None => new.push(row(tenant, account, invoice, &mut points, as_of).await?),
            Some(row) if says(row, invoice) => unchanged.push(row.id),
            Some(row) => change(tx, tenant, row, invoice, &mut points, as_of).await?,
        }
    }
    for rows in new.chunks(CHUNK) {
        Entity::insert_many(rows.to_vec()).exec_without_returning(tx.session()).await?;
    }
    for ids in unchanged.chunks(CHUNK) {
        Entity::update_many()
            .col_expr(Column::AsOf, Expr::value(micros(as_of)))
            .filter(Column::Tenant.eq(tenant.as_str()))
            .filter(Column::Id.is_in(ids.iter().copied()))
            .exec(tx.session())
            .await?;
    }
    Ok(())
}

async fn known(tx: &Tx, tenant: &TenantId, account: AccountId) -> Result<HashMap<String, Model>, Failure> {
    let rows = Entity::find()
        .filter(Column::Tenant.eq(tenant.as_str()))
        .filter(Column::AccountId.eq(account.uuid()))
        .all(tx.session())
        .await?;
    Ok(rows.into_iter().map(|row| (row.external_id.clone(), row)).collect())
}

/// Values are compared, not texts: a release that writes the same invoice differently changes nothing.
fn says(row: &Model, invoice: &Invoice) -> bool {
    let kept = serde_json::from_str::<Kept>(&row.content);
    kept.is_ok_and(|kept| kept.invoice == *invoice && kept.points.len() == invoice.supply_points.len())
}

async fn row(
    tenant: &TenantId,
    account: AccountId,
    invoice: &Invoice,
    points: &mut Identity<'_>,
    as_of: Timestamp,
) -> Result<ActiveModel, Failure> {
    let id = InvoiceId::new();
    Ok(ActiveModel {
        id: Set(id.uuid()),
        tenant: Set(tenant.to_string()),
        account_id: Set(account.uuid()),
        external_id: Set(invoice.external_id.to_string()),
        issued: Set(day(invoice.listed_on())),
        content: Set(Kept::json(id, invoice, points).await?),
        as_of: Set(micros(as_of)),
        document: Set(None),
        period: Set(invoice.period.map(|period| period.to_string())),
    })
}

async fn change(
    tx: &Tx,
    tenant: &TenantId,
    row: &Model,
    invoice: &Invoice,
    points: &mut Identity<'_>,
    as_of: Timestamp,
) -> Result<(), Failure> {
    let sql = "UPDATE invoices
               SET issued = $3, content = $4, as_of = $5, document = NULL, period = $6
               WHERE tenant = $1 AND id = $2";
    let values = vec![
        tenant.as_str().into(),
        row.id.into(),
        day(invoice.listed_on()).into(),
        Kept::json(InvoiceId::from_uuid(row.id), invoice, points).await?.into(),
        micros(as_of).into(),
        invoice.period.map(|period| period.to_string()).into(),
    ];
    tx.execute(sql, values).await?;
    let mut documents =
        forms::forget(tx, "tenant = $1 AND invoice_id = $2", &[tenant.as_str().into(), row.id.into()]).await?;
    documents.extend(row.document.as_deref().map(digest).transpose()?);
    documents::forget(tx, tenant, &documents).await
}

/// The digest of a document that a row knows.
fn digest(document: &str) -> Result<String, StoreError> {
    Ok(from_json::<KeptDocument>(WHAT, document)?.sha256)
}

/// Removes what is not named.
pub(super) async fn keep_only(
    tx: Tx,
    tenant: &TenantId,
    account: AccountId,
    invoices: &[Invoice],
) -> Result<(), Failure> {
    let is_named = tx.is_among("external_id", "$3");
    let others = format!("tenant = $1 AND account_id = $2 AND NOT ({is_named})");
    let named = texts(invoices.iter().map(|invoice| invoice.external_id.as_str()))?;
    remove(&tx, tenant, &others, vec![tenant.as_str().into(), account.uuid().into(), named]).await
}

/// Removes the invoices of a condition, whose `$1` is the tenant, and their documents with them.
pub(crate) async fn remove(tx: &Tx, tenant: &TenantId, condition: &str, values: Vec<Value>) -> Result<(), Failure> {
    let theirs = format!("tenant = $1 AND invoice_id IN (SELECT id FROM invoices WHERE {condition})");
    let mut documents = forms::forget(tx, &theirs, &values).await?;
    for row in tx.rows(&format!("DELETE FROM invoices WHERE {condition} RETURNING document"), values).await? {
        let document: Option<String> = column(WHAT, &row, 0)?;
        documents.extend(document.as_deref().map(digest).transpose()?);
    }
    documents::forget(tx, tenant, &documents).await
}

pub(super) async fn keep_document(
    tx: Tx,
    tenant: &TenantId,
    invoice: InvoiceId,
    document: &DocumentCopy,
) -> Result<(), Failure> {
    let sha256 = document.sha256.to_string();
    let document =
        json(&KeptDocument { sha256: sha256.clone(), size: document.size, media_type: document.media_type.clone() })?;
    let sql = "UPDATE invoices SET document = $3 WHERE tenant = $1 AND id = $2";
    let known = tx.execute(sql, vec![tenant.as_str().into(), invoice.uuid().into(), document.into()]).await?;
    if known == 0 {
        // the last link ended while it was fetched: nothing would name the bytes any more
        documents::forget(&tx, tenant, &[sha256]).await?;
    }
    Ok(())
}
