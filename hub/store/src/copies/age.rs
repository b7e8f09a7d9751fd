//! How old copies are: a row per account and kind, none when the copy is stale.

use jiff::Timestamp;
use komunala_app::ports::{
    StoreError,
    copies::{CopyAge, CopyKind},
};
use komunala_domain::{TenantId, ids::AccountId};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryResult, Value, prelude::Expr, sea_query::OnConflict,
};

use crate::{
    accounts::Reach,
    columns::{Word, column, micros, parsed, time_if_any, uuid},
    database::{CHUNK, Failure, Tx},
    entities::copy::{ActiveModel, Column, Entity},
};

const WHAT: &str = "copy";

/// The statement that lists the ages of one kind of copy of a user's accounts.
pub(super) fn list(mut reach: Reach, kind: CopyKind) -> (String, Vec<Value>) {
    let condition = reach.condition().to_owned();
    let kind = reach.value(kind.word());
    let sql = format!(
        "SELECT a.id, a.provider, a.external_id, c.as_of
         FROM links l JOIN accounts a ON a.id = l.account_id
         LEFT JOIN copies c ON c.account_id = a.id AND c.tenant = $1 AND c.kind = {kind}
         WHERE {condition} ORDER BY a.id"
    );
    (sql, reach.into_values())
}

/// A row whose first columns are those of [`list`].
pub(super) fn read(row: &QueryResult) -> Result<CopyAge, StoreError> {
    Ok(CopyAge {
        account: AccountId::from_uuid(uuid(WHAT, row, 0)?),
        provider: parsed(WHAT, &column::<String>(WHAT, row, 1)?)?,
        external_id: parsed(WHAT, &column::<String>(WHAT, row, 2)?)?,
        as_of: time_if_any(WHAT, column(WHAT, row, 3)?)?,
    })
}

/// Notes that copies were made, each account named once; the caller holds the accounts' rows.
pub(crate) async fn renew(
    tx: &Tx,
    tenant: &TenantId,
    accounts: &[AccountId],
    kind: CopyKind,
    as_of: Timestamp,
) -> Result<(), Failure> {
    let row = |account: &AccountId| ActiveModel {
        tenant: Set(tenant.to_string()),
        account_id: Set(account.uuid()),
        kind: Set(kind.word().to_owned()),
        as_of: Set(micros(as_of)),
    };
    let newer = OnConflict::columns([Column::AccountId, Column::Kind]).update_column(Column::AsOf).to_owned();
    for accounts in accounts.chunks(CHUNK) {
        let rows = Entity::insert_many(accounts.iter().map(row)).on_conflict(newer.clone());
        rows.exec_without_returning(tx.session()).await?;
    }
    Ok(())
}

/// Makes a copy stale.
pub(crate) async fn forget(tx: Tx, tenant: &TenantId, account: AccountId, kind: CopyKind) -> Result<(), Failure> {
    let sql = "DELETE FROM copies WHERE tenant = $1 AND account_id = $2 AND kind = $3";
    tx.execute(sql, vec![tenant.as_str().into(), account.uuid().into(), kind.word().into()]).await?;
    Ok(())
}

/// Notes that copies which are there are younger than they were.
pub(crate) async fn raise(
    tx: &Tx,
    tenant: &TenantId,
    accounts: &[AccountId],
    kind: CopyKind,
    as_of: Timestamp,
) -> Result<(), Failure> {
    for accounts in accounts.chunks(CHUNK) {
        Entity::update_many()
            .col_expr(Column::AsOf, Expr::value(micros(as_of)))
            .filter(Column::Tenant.eq(tenant.as_str()))
            .filter(Column::Kind.eq(kind.word()))
            .filter(Column::AsOf.lt(micros(as_of)))
            .filter(Column::AccountId.is_in(accounts.iter().map(|account| account.uuid())))
            .exec(tx.session())
            .await?;
    }
    Ok(())
}
