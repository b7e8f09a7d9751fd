//! The copy of what a billing system says of an account, and reading it back with the link.

use std::collections::HashMap;

use jiff::Timestamp;
use komunala_app::{
    ports::{
        StoreError,
        accounts::{AccountCopy, Lapse, LinkedAccount, PaperCause, PointIds},
        copies::CopyKind,
    },
    sealing::CopyKeys,
};
use komunala_domain::{
    BillDelivery, CustomerAccount, PostalChannel, TenantId, holder,
    ids::{AccountId, MeterId, SupplyPointId},
};
use sea_orm::{QueryResult, Value, prelude::Uuid};
use serde::{Deserialize, Serialize};

use super::{Reach, identity::Identity, lapse};
use crate::{
    columns::{Word, column, damaged, micros, parsed, time, uuid},
    copies,
    database::{CHUNK, Failure, Lines, Tx, places},
    sealed,
};

const WHAT: &str = "account";
const TABLE: &str = "accounts";

/// The column `copy`, sealed: the account, and the hub's ids of its supply points and their meters.
#[derive(Serialize, Deserialize)]
struct Kept {
    account: CustomerAccount,
    points: Vec<(Uuid, Vec<Uuid>)>,
}

/// Keeps what the billing system says of accounts, each named once.
pub(crate) async fn keep(
    tx: &Tx,
    tenant: &TenantId,
    copies: &[(AccountId, &CustomerAccount)],
    as_of: Timestamp,
) -> Result<(), Failure> {
    let accounts: Vec<_> = copies.iter().map(|(account, _)| *account).collect();
    let before = held(tx, tenant, &accounts).await?;
    for (account, copy) in copies {
        if before.get(account).is_some_and(|before| !holder::is_same(&before.account, copy)) {
            lapse::lapse(tx, tenant, *account, Lapse::OtherHolder, as_of).await?;
        }
    }
    let mut identity = Identity::of(tx, tenant, &accounts).await?;
    let mut kept = Vec::with_capacity(copies.len());
    for (account, copy) in copies {
        let mut points = Vec::with_capacity(copy.supply_points.len());
        for point in &copy.supply_points {
            let id = identity.point(*account, point.external_id.as_str());
            let meters = point.meters.iter().map(|meter| identity.meter(id, &meter.serial_number).uuid());
            points.push((id.uuid(), meters.collect()));
        }
        let key = tx.vault().copies().account(account.uuid());
        let copy = Kept { account: (*copy).clone(), points };
        kept.push((account.uuid(), sealed::seal(&key, TABLE, account.uuid(), &copy)?));
    }
    identity.keep(tx).await?;
    for kept in kept.chunks(CHUNK) {
        let mut lines = Lines::behind(vec![tenant.as_str().into(), micros(as_of).into()]);
        for (account, copy) in kept {
            lines.add([(*account).into(), copy.as_str().into()]);
        }
        let (lines, values) = lines.into_parts();
        let sql = format!(
            "UPDATE accounts SET copy = n.column2, copied_at = $2 FROM (VALUES {lines}) AS n
             WHERE accounts.tenant = $1 AND accounts.id = n.column1"
        );
        tx.execute(&sql, values).await?;
    }
    copies::age::renew(tx, tenant, &accounts, CopyKind::Account, as_of).await
}

/// Keeps what the billing system says of an account that is copied already; of another one nothing is kept.
pub(crate) async fn renew(
    tx: &Tx,
    tenant: &TenantId,
    account: AccountId,
    copy: &CustomerAccount,
    as_of: Timestamp,
) -> Result<(), Failure> {
    match held(tx, tenant, &[account]).await?.is_empty() {
        false => keep(tx, tenant, &[(account, copy)], as_of).await,
        true => Ok(()),
    }
}

/// What is kept of accounts, whose rows are held from now on.
async fn held(tx: &Tx, tenant: &TenantId, accounts: &[AccountId]) -> Result<HashMap<AccountId, Kept>, Failure> {
    super::lock_all(tx, tenant, accounts).await?;
    let mut kept = HashMap::new();
    for accounts in accounts.chunks(CHUNK) {
        let sql = format!(
            "SELECT id, copy FROM accounts WHERE tenant = $1 AND copy IS NOT NULL AND id IN ({})",
            places(2, accounts.len())
        );
        for row in tx.rows(&sql, super::of_accounts(tenant, accounts)).await? {
            let (account, copy): (Uuid, String) = (uuid(WHAT, &row, 0)?, column(WHAT, &row, 1)?);
            kept.insert(AccountId::from_uuid(account), opened(tx.vault().copies(), account, &copy)?);
        }
    }
    Ok(kept)
}

/// The statement that lists a user's accounts.
pub(super) fn list(mut reach: Reach, after: Option<AccountId>, limit: u32) -> (String, Vec<Value>) {
    let condition = reach.condition().to_owned();
    let after = match after {
        Some(after) => format!("AND a.id > {}", reach.value(after.uuid())),
        None => String::new(),
    };
    let limit = reach.limit(limit);
    let sql = format!(
        "SELECT a.id, a.provider, a.external_id, l.delivery, a.postal_told, a.postal_wanted, a.copy, a.copied_at,
                l.suspended_at, l.paper_because
         FROM links l JOIN accounts a ON a.id = l.account_id
         WHERE {condition} {after} ORDER BY a.id {limit}"
    );
    (sql, reach.into_values())
}

/// A row of [`list`].
pub(super) fn linked_account(keys: &CopyKeys, row: &QueryResult) -> Result<LinkedAccount, StoreError> {
    let id = uuid(WHAT, row, 0)?;
    let told: Option<String> = column(WHAT, row, 4)?;
    let copy: Option<String> = column(WHAT, row, 6)?;
    let copied_at: Option<i64> = column(WHAT, row, 7)?;
    let paper_because: Option<String> = column(WHAT, row, 9)?;
    let is_suspended = column::<Option<i64>>(WHAT, row, 8)?.is_some();
    Ok(LinkedAccount {
        id: AccountId::from_uuid(id),
        provider: parsed(WHAT, &column::<String>(WHAT, row, 1)?)?,
        external_id: parsed(WHAT, &column::<String>(WHAT, row, 2)?)?,
        is_suspended,
        delivery: BillDelivery::of(&column::<String>(WHAT, row, 3)?)?,
        paper_because: paper_because.as_deref().map(PaperCause::of).transpose()?,
        postal_told: told.as_deref().map(PostalChannel::of).transpose()?,
        postal_wanted: PostalChannel::of(&column::<String>(WHAT, row, 5)?)?,
        copy: match (copy, copied_at) {
            (Some(copy), Some(copied_at)) if !is_suspended => Some(of_columns(keys, id, &copy, copied_at)?),
            _ => None,
        },
    })
}

/// The copy that two columns hold.
pub(crate) fn of_columns(
    keys: &CopyKeys,
    account: Uuid,
    copy: &str,
    copied_at: i64,
) -> Result<AccountCopy, StoreError> {
    to_copy(opened(keys, account, copy)?, copied_at)
}

fn opened(keys: &CopyKeys, account: Uuid, copy: &str) -> Result<Kept, StoreError> {
    sealed::open(&keys.account(account), TABLE, account, copy)
}

fn to_copy(kept: Kept, copied_at: i64) -> Result<AccountCopy, StoreError> {
    if kept.points.len() != kept.account.supply_points.len() {
        return Err(damaged(WHAT, "as many ids as supply points are wanted"));
    }
    let points = kept.points.into_iter().map(|(point, meters)| PointIds {
        point: SupplyPointId::from_uuid(point),
        meters: meters.into_iter().map(MeterId::from_uuid).collect(),
    });
    Ok(AccountCopy { account: kept.account, points: points.collect(), as_of: time(WHAT, copied_at)? })
}
