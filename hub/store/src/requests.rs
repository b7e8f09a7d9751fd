//! Request ids: each is a row of the same transaction as the write that it names.

use async_trait::async_trait;
use jiff::Timestamp;
use komunala_app::{
    ports::{Requests, StoreError, WriteKey, Written},
    scope::TenantScope,
};
use komunala_domain::TenantId;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use crate::{
    Store,
    columns::micros,
    database::{Failure, Tx},
    entities::request::{Column, Entity, Model},
};

#[async_trait]
impl Requests for Store {
    async fn answered(&self, scope: &TenantScope, key: &WriteKey) -> Result<Option<String>, StoreError> {
        let wanted = Entity::find()
            .filter(Column::Tenant.eq(scope.tenant().as_str()))
            .filter(Column::Method.eq(key.method))
            .filter(Column::RequestId.eq(key.request_id));
        let found = self.database.find(scope.tenant(), "store.answered", wanted).await?;
        found.into_iter().next().map(|row| answer_of(row, key)).transpose()
    }
}

/// Takes a request id for the write that goes on in this transaction.
///
/// [`Written::Before`] when it was taken already; a concurrent write with the same id is waited for. `answer` is what
/// later calls get.
pub(crate) async fn take(
    tx: &Tx,
    tenant: &TenantId,
    key: &WriteKey,
    answer: &str,
    now: Timestamp,
) -> Result<Written<()>, Failure> {
    let taken = tx
        .execute(
            "INSERT INTO requests (tenant, method, request_id, fingerprint, answer, created_at)
             VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
            vec![
                tenant.as_str().into(),
                key.method.into(),
                key.request_id.into(),
                key.fingerprint.to_vec().into(),
                answer.into(),
                micros(now).into(),
            ],
        )
        .await?;
    if taken == 1 {
        return Ok(Written::Now(()));
    }
    let row = Entity::find_by_id((tenant.as_str().to_owned(), key.method.to_owned(), key.request_id))
        .one(tx.session())
        .await?
        // it was forgotten between the two statements: as if this call came a moment later
        .ok_or_else(|| crate::columns::damaged("request", "it was forgotten just now"))?;
    Ok(Written::Before(answer_of(row, key)?))
}

fn answer_of(row: Model, key: &WriteKey) -> Result<String, StoreError> {
    if row.fingerprint == key.fingerprint { Ok(row.answer) } else { Err(StoreError::RequestIdReused) }
}
