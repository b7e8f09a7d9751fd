//! Keeping invoices: an invoice that is known keeps its id, and its document unless it changed.

use std::collections::{BTreeSet, HashMap, HashSet};

use jiff::Timestamp;
use komunala_app::ports::{StoreError, copies::CopyKind};
use komunala_domain::{
    Invoice, TenantId,
    ids::{AccountId, InvoiceId, SupplyPointId},
};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, Value, prelude::Expr, sea_query::OnConflict};
use serde::{Deserialize, Serialize};

use super::{age, forms};
use crate::{
    accounts::{self, identity::Identity},
    columns::{column, day, from_json, json, micros, texts, uuid},
    database::{CHUNK, Failure, Tx, of_tenant, places},
    documents,
    entities::invoice::{ActiveModel, Column, Entity},
};

const WHAT: &str = "invoice";

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
    fn json(
        id: InvoiceId,
        account: AccountId,
        invoice: &Invoice,
        points: &mut Identity<'_>,
    ) -> Result<String, StoreError> {
        #[derive(Serialize)]
        struct Keep<'a> {
            id: InvoiceId,
            invoice: &'a Invoice,
            points: Vec<SupplyPointId>,
        }
        let points = invoice.supply_points.iter().map(|point| points.point(account, point.as_str()));
        json(&Keep { id, invoice, points: points.collect() })
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
    let invoices: Vec<_> = invoices.iter().map(|invoice| (account, invoice)).collect();
    // held though there may be no invoice to keep
    accounts::lock(&tx, tenant, account).await?;
    merge(&tx, tenant, &invoices, as_of).await?;
    age::renew(&tx, tenant, &[account], CopyKind::Invoices, as_of).await
}

/// An invoice that the hub has.
struct Known {
    id: InvoiceId,
    content: String,
    document: Option<String>,
}

/// Keeps some of accounts' invoices; how old the copies are as a whole does not change by that. However many they are, a
/// page of them takes the same few statements.
pub(crate) async fn merge(
    tx: &Tx,
    tenant: &TenantId,
    invoices: &[(AccountId, &Invoice)],
    as_of: Timestamp,
) -> Result<(), Failure> {
    let accounts: Vec<_> = invoices.iter().map(|(account, _)| *account).collect::<BTreeSet<_>>().into_iter().collect();
    accounts::lock_all(tx, tenant, &accounts).await?;
    let mut points = Identity::of(tx, tenant, &accounts).await?;
    let known = known(tx, tenant, &accounts, invoices).await?;
    let (mut seen, mut rows, mut unchanged) = (HashSet::new(), Vec::new(), Vec::new());
    let mut changed = Vec::new();
    for (account, invoice) in invoices {
        // the last word on an invoice that is named twice would depend on the order
        if !seen.insert((*account, invoice.external_id.as_str())) {
            continue;
        }
        let id = match known.get(&(*account, invoice.external_id.to_string())) {
            None => InvoiceId::new(),
            Some(known) if says(known, invoice) => {
                unchanged.push(known.id.uuid());
                continue;
            }
            Some(known) => {
                changed.push(known);
                known.id
            }
        };
        rows.push(row(tenant, (*account, id), invoice, &mut points, as_of)?);
    }
    points.keep(tx).await?;
    for rows in rows.chunks(CHUNK) {
        let known = OnConflict::column(Column::Id)
            .update_columns([Column::Issued, Column::Content, Column::AsOf, Column::Document, Column::Period])
            .to_owned();
        let rows = Entity::insert_many(rows.to_vec()).on_conflict(known);
        rows.exec_without_returning(tx.session()).await?;
    }
    forget_documents(tx, tenant, &changed).await?;
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

/// Those of these invoices that the hub has.
async fn known(
    tx: &Tx,
    tenant: &TenantId,
    accounts: &[AccountId],
    invoices: &[(AccountId, &Invoice)],
) -> Result<HashMap<(AccountId, String), Known>, Failure> {
    let mut known = HashMap::new();
    let named = texts(invoices.iter().map(|(_, invoice)| invoice.external_id.as_str()))?;
    for accounts in accounts.chunks(CHUNK) {
        let mut values = accounts::of_accounts(tenant, accounts);
        values.push(named.clone());
        let sql = format!(
            "SELECT account_id, external_id, id, content, document FROM invoices
             WHERE tenant = $1 AND account_id IN ({}) AND {}",
            places(2, accounts.len()),
            tx.is_among("external_id", &format!("${}", values.len()))
        );
        for row in tx.rows(&sql, values).await? {
            let key = (AccountId::from_uuid(uuid(WHAT, &row, 0)?), column(WHAT, &row, 1)?);
            let id = InvoiceId::from_uuid(uuid(WHAT, &row, 2)?);
            known.insert(key, Known { id, content: column(WHAT, &row, 3)?, document: column(WHAT, &row, 4)? });
        }
    }
    Ok(known)
}

/// Values are compared, not texts: a release that writes the same invoice differently changes nothing.
fn says(known: &Known, invoice: &Invoice) -> bool {
    let kept = serde_json::from_str::<Kept>(&known.content);
    kept.is_ok_and(|kept| kept.invoice == *invoice && kept.points.len() == invoice.supply_points.len())
}

/// The row of an invoice that is new, or changed and has its document no more.
fn row(
    tenant: &TenantId,
    (account, id): (AccountId, InvoiceId),
    invoice: &Invoice,
    points: &mut Identity<'_>,
    as_of: Timestamp,
) -> Result<ActiveModel, StoreError> {
    Ok(ActiveModel {
        id: Set(id.uuid()),
        tenant: Set(tenant.to_string()),
        account_id: Set(account.uuid()),
        external_id: Set(invoice.external_id.to_string()),
        issued: Set(day(invoice.listed_on())),
        content: Set(Kept::json(id, account, invoice, points)?),
        as_of: Set(micros(as_of)),
        document: Set(None),
        period: Set(invoice.period.map(|period| period.to_string())),
    })
}

/// Lets go of what documents these invoices had.
async fn forget_documents(tx: &Tx, tenant: &TenantId, invoices: &[&Known]) -> Result<(), Failure> {
    let mut documents = Vec::new();
    for invoices in invoices.chunks(CHUNK) {
        let theirs = format!("tenant = $1 AND invoice_id IN ({})", places(2, invoices.len()));
        let values = of_tenant(tenant, invoices.iter().map(|known| known.id.uuid()));
        documents.extend(forms::forget(tx, &theirs, &values).await?);
    }
    for known in invoices {
        documents.extend(known.document.as_deref().map(digest).transpose()?);
    }
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
