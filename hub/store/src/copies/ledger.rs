//! Account cards and balances. Both are replaced whole.

use jiff::Timestamp;
use komunala_app::ports::{
    StoreError,
    copies::{CopyKind, LedgerRow},
};
use komunala_domain::{Balance, LedgerEntry, TenantId, ids::AccountId};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QueryResult, Value};

use super::age;
use crate::{
    accounts::{self, Reach},
    columns::{column, damaged, from_json, json},
    database::{Failure, Tx},
    entities::ledger_entry::{ActiveModel, Column, Entity},
};

const WHAT: &str = "ledger entry";

/// How many rows one statement inserts; both databases bound the number of its values.
const CHUNK: usize = 500;

/// The statement of a page of an account's card, newest first.
pub(super) fn list(mut reach: Reach, before: Option<u32>, limit: u32) -> (String, Vec<Value>) {
    let condition = reach.condition().to_owned();
    let before = match before {
        Some(before) => format!("AND e.position < {}", reach.value(i64::from(before))),
        None => String::new(),
    };
    let limit = reach.limit(limit);
    let sql = format!(
        "SELECT e.position, e.content
         FROM links l JOIN accounts a ON a.id = l.account_id JOIN ledger_entries e ON e.account_id = a.id
         WHERE {condition} AND e.tenant = $1 {before} ORDER BY e.position DESC {limit}"
    );
    (sql, reach.into_values())
}

/// A row of [`list`].
pub(super) fn read(row: &QueryResult) -> Result<LedgerRow, StoreError> {
    let position: i32 = column(WHAT, row, 0)?;
    Ok(LedgerRow {
        position: u32::try_from(position).map_err(|_| damaged(WHAT, "a position is negative"))?,
        entry: from_json(WHAT, &column::<String>(WHAT, row, 1)?)?,
    })
}

/// Replaces an account's card. Most refreshes find it as it was: then nothing but its age is written.
pub(super) async fn keep(
    tx: Tx,
    tenant: &TenantId,
    account: AccountId,
    entries: &[LedgerEntry],
    as_of: Timestamp,
) -> Result<(), Failure> {
    accounts::lock(&tx, tenant, account).await?;
    let card: Vec<String> = entries.iter().map(json).collect::<Result<_, _>>()?;
    let known = Entity::find()
        .filter(Column::Tenant.eq(tenant.as_str()))
        .filter(Column::AccountId.eq(account.uuid()))
        .order_by_asc(Column::Position)
        .all(tx.session())
        .await?;
    let same = known.iter().zip(&card).take_while(|(known, entry)| known.content == **entry).count();
    if same < known.len() {
        let sql = "DELETE FROM ledger_entries WHERE tenant = $1 AND account_id = $2 AND position >= $3";
        tx.execute(sql, vec![tenant.as_str().into(), account.uuid().into(), position(same)?.into()]).await?;
    }
    let new: Vec<ActiveModel> = card
        .into_iter()
        .enumerate()
        .skip(same)
        .map(|(place, content)| {
            Ok(ActiveModel {
                tenant: Set(tenant.to_string()),
                account_id: Set(account.uuid()),
                position: Set(position(place)?),
                content: Set(content),
            })
        })
        .collect::<Result<_, StoreError>>()?;
    for rows in new.chunks(CHUNK) {
        Entity::insert_many(rows.to_vec()).exec_without_returning(tx.session()).await?;
    }
    age::renew(&tx, tenant, &[account], CopyKind::Ledger, as_of).await
}

fn position(place: usize) -> Result<i32, StoreError> {
    i32::try_from(place).map_err(|_| damaged(WHAT, "a card has more rows than can be counted"))
}

/// The statement that finds what an account owes.
pub(super) fn balances(reach: Reach) -> (String, Vec<Value>) {
    let sql =
        format!("SELECT a.balances FROM links l JOIN accounts a ON a.id = l.account_id WHERE {}", reach.condition());
    (sql, reach.into_values())
}

/// A row of [`balances`].
pub(super) fn read_balances(row: &QueryResult) -> Result<Vec<Balance>, StoreError> {
    match column::<Option<String>>("balance", row, 0)? {
        Some(balances) => from_json("balance", &balances),
        None => Ok(Vec::new()),
    }
}

/// Replaces what an account owes.
pub(super) async fn keep_balances(
    tx: Tx,
    tenant: &TenantId,
    account: AccountId,
    balances: &[Balance],
    as_of: Timestamp,
) -> Result<(), Failure> {
    accounts::lock(&tx, tenant, account).await?;
    let sql = "UPDATE accounts SET balances = $3 WHERE tenant = $1 AND id = $2";
    tx.execute(sql, vec![tenant.as_str().into(), account.uuid().into(), json(&balances)?.into()]).await?;
    age::renew(&tx, tenant, &[account], CopyKind::Balance, as_of).await
}
