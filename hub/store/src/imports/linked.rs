//! Accounts that somebody has linked, or will have once an address is confirmed.

use komunala_app::ports::StoreError;
use komunala_domain::{ExternalId, ProviderId, TenantId, ids::AccountId};
use sea_orm::{QueryResult, Value};

use crate::columns::{column, parsed, uuid};

const WHAT: &str = "account";

pub(super) fn list(
    tenant: &TenantId,
    provider: &ProviderId,
    after: Option<AccountId>,
    limit: u32,
) -> (String, Vec<Value>) {
    let mut values: Vec<Value> = vec![tenant.as_str().into(), provider.as_str().into(), i64::from(limit).into()];
    let mut behind = "";
    if let Some(after) = after {
        values.push(after.uuid().into());
        behind = "AND a.id > $4";
    }
    let sql = format!(
        "SELECT a.id, a.external_id FROM accounts a
         WHERE a.tenant = $1 AND a.provider = $2 {behind}
           AND EXISTS (SELECT 1 FROM links l WHERE l.tenant = $1 AND l.account_id = a.id
                       AND l.ended_at IS NULL AND l.suspended_at IS NULL)
         ORDER BY a.id LIMIT $3 + 0"
    );
    (sql, values)
}

pub(super) fn read(row: &QueryResult) -> Result<(AccountId, ExternalId), StoreError> {
    Ok((AccountId::from_uuid(uuid(WHAT, row, 0)?), parsed(WHAT, &column::<String>(WHAT, row, 1)?)?))
}
