//! Accounts whose delivery choice was acknowledged and is not about to change.

use komunala_app::ports::{StoreError, imports::Acknowledged};
use komunala_domain::{PostalChannel, ProviderId, TenantId, ids::AccountId};
use sea_orm::{QueryResult, Value};

use crate::columns::{Word, column, parsed, uuid};

const WHAT: &str = "account";

pub(super) fn list(
    tenant: &TenantId,
    provider: &ProviderId,
    sequence: u64,
    after: Option<AccountId>,
    limit: u32,
) -> (String, Vec<Value>) {
    let sequence = i64::try_from(sequence).unwrap_or(i64::MAX);
    let mut values: Vec<Value> =
        vec![tenant.as_str().into(), provider.as_str().into(), sequence.into(), i64::from(limit).into()];
    let mut behind = "";
    if let Some(after) = after {
        values.push(after.uuid().into());
        behind = "AND id > $5";
    }
    let sql = format!(
        "SELECT id, external_id, postal_told FROM accounts
         WHERE tenant = $1 AND provider = $2 AND postal_told IS NOT NULL AND postal_queued IS NULL
           AND told_sequence < $3 {behind} ORDER BY id LIMIT $4 + 0"
    );
    (sql, values)
}

pub(super) fn read(row: &QueryResult) -> Result<Acknowledged, StoreError> {
    Ok(Acknowledged {
        id: AccountId::from_uuid(uuid(WHAT, row, 0)?),
        account: parsed(WHAT, &column::<String>(WHAT, row, 1)?)?,
        channel: PostalChannel::of(&column::<String>(WHAT, row, 2)?)?,
    })
}
