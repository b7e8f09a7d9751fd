//! Keeping invoices: an invoice that is known keeps its id, and its document unless it changed.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use komunala_app::ports::{
    StoreError,
    copies::{CopyKind, DocumentCopy},
};
use komunala_domain::{
    Invoice, TenantId,
    ids::{AccountId, InvoiceId},
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, EntityTrait, QueryFilter,
    prelude::{Expr, Uuid},
};

use super::age;
use crate::{
    accounts,
    columns::{damaged, day, json, micros, storable},
    database::{Failure, Tx},
    entities::invoice::{ActiveModel, Column, Entity, Model},
};

/// How many rows one statement names; both databases bound the number of its values.
const CHUNK: usize = 500;

pub(super) async fn keep(
    tx: Tx,
    tenant: &TenantId,
    account: AccountId,
    invoices: &[Invoice],
    as_of: Timestamp,
) -> Result<(), Failure> {
    accounts::lock(&tx, tenant, account).await?;
    let known = known(&tx, tenant, account).await?;
    let (mut seen, mut new, mut unchanged) = (HashSet::new(), Vec::new(), Vec::new());
    for invoice in invoices {
        // the last word on an invoice that is named twice would depend on the order
        if !seen.insert(invoice.external_id.as_str()) {
            continue;
        }
        match known.get(invoice.external_id.as_str()) {
            None => new.push(row(tenant, account, invoice, as_of)?),
            Some(row) if says(row, invoice) => unchanged.push(row.id),
            Some(row) => change(&tx, tenant, row.id, invoice, as_of).await?,
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
    age::renew(&tx, tenant, account, CopyKind::Invoices, as_of).await
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
    serde_json::from_str::<Invoice>(&row.content).is_ok_and(|kept| kept == *invoice)
}

fn row(tenant: &TenantId, account: AccountId, invoice: &Invoice, as_of: Timestamp) -> Result<ActiveModel, StoreError> {
    Ok(ActiveModel {
        id: Set(InvoiceId::new().uuid()),
        tenant: Set(tenant.to_string()),
        account_id: Set(account.uuid()),
        external_id: Set(invoice.external_id.to_string()),
        issued: Set(day(invoice.issued)),
        content: Set(json(invoice)?),
        as_of: Set(micros(as_of)),
        document_sha256: Set(None),
        document_size: Set(None),
        document_media_type: Set(None),
    })
}

async fn change(tx: &Tx, tenant: &TenantId, id: Uuid, invoice: &Invoice, as_of: Timestamp) -> Result<(), Failure> {
    let sql = "UPDATE invoices
               SET issued = $3, content = $4, as_of = $5,
                   document_sha256 = NULL, document_size = NULL, document_media_type = NULL
               WHERE tenant = $1 AND id = $2";
    let values = vec![
        tenant.as_str().into(),
        id.into(),
        day(invoice.issued).into(),
        json(invoice)?.into(),
        micros(as_of).into(),
    ];
    tx.execute(sql, values).await?;
    Ok(())
}

pub(super) async fn keep_document(
    tx: Tx,
    tenant: &TenantId,
    invoice: InvoiceId,
    document: &DocumentCopy,
) -> Result<(), Failure> {
    let size = i64::try_from(document.size).map_err(|_| damaged("document", "it is larger than any document"))?;
    let sql = "UPDATE invoices SET document_sha256 = $3, document_size = $4, document_media_type = $5
               WHERE tenant = $1 AND id = $2";
    let values = vec![
        tenant.as_str().into(),
        invoice.uuid().into(),
        document.sha256.0.to_vec().into(),
        size.into(),
        storable(&document.media_type).into(),
    ];
    tx.execute(sql, values).await?;
    Ok(())
}
