//! What gateways report of texts.
//!
//! How far a text has come only ever grows, so receipts may come twice and in any order: the last word is the same.

use async_trait::async_trait;
use jiff::Timestamp;
use komunala_app::{
    ports::{
        Receipts, StoreError,
        receipts::Filed,
        text_gateways::{About, Receipt, ReceiptState},
    },
    scope::TenantScope,
};
use komunala_domain::{ProviderId, TenantId};
use sea_orm::Value;

use crate::{
    Store,
    columns::{micros, storable},
    database::{Failure, Rows, Tx},
};

#[async_trait]
impl Receipts for Store {
    async fn file(
        &self,
        scope: &TenantScope,
        provider: &ProviderId,
        receipt: &Receipt,
        now: Timestamp,
    ) -> Result<Filed, StoreError> {
        // what is sent is the workers': callers may enqueue, and no more
        let work = |tx| file(tx, scope.tenant(), provider, receipt, now);
        self.database.write(Rows::All, "store.file_receipt", work).await
    }
}

/// How far it is.
fn rank(state: ReceiptState) -> i32 {
    match state {
        ReceiptState::Buffered => 1,
        ReceiptState::Failed => 2,
        ReceiptState::Delivered => 3,
    }
}

async fn file(
    tx: Tx,
    tenant: &TenantId,
    provider: &ProviderId,
    receipt: &Receipt,
    now: Timestamp,
) -> Result<Filed, Failure> {
    let (column, name): (_, Value) = match &receipt.about {
        About::Message(id) => ("id", id.uuid().into()),
        About::Reference(reference) => ("queue_id", storable(reference).into()),
    };
    let which = format!("tenant = $1 AND provider = $2 AND channel = 'sms' AND {column} = $3");
    let values = vec![tenant.as_str().into(), provider.as_str().into(), name, rank(receipt.state).into()];
    // one that was never tried has no receipt, whoever says so
    let sql = format!(
        "UPDATE messages
         SET receipt = $4, receipt_at = $5,
             accepted_at = CASE WHEN state IN ('pending', 'unknown') THEN $5 ELSE accepted_at END,
             again_at = CASE WHEN state = 'unknown' THEN NULL ELSE again_at END,
             state = CASE WHEN state IN ('pending', 'unknown') THEN 'accepted' ELSE state END
         WHERE {which} AND attempt > 0 AND state NOT IN ('claimed', 'failed') AND (receipt IS NULL OR receipt < $4)"
    );
    let with_time = values.iter().cloned().chain([micros(now).into()]).collect();
    if tx.execute(&sql, with_time).await? > 0 {
        return Ok(Filed::Now);
    }
    let known = format!("SELECT id FROM messages WHERE {which} AND attempt > 0 LIMIT 1");
    Ok(if tx.row(&known, values[..3].to_vec()).await?.is_some() { Filed::Before } else { Filed::Nowhere })
}
