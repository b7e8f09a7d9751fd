//! Linked accounts that are to be asked about.

use jiff::{SignedDuration, Timestamp};
use komunala_app::ports::{StoreError, copies::CopyAge};
use komunala_domain::{ProviderId, TenantId, ids::AccountId};
use sea_orm::Value;

use crate::{
    columns::{column, micros, parsed, uuid},
    database::{Failure, Tx},
};

const WHAT: &str = "account";

/// An account that was handed out is not handed out again so soon: a feed that tells of whole days names the same ones
/// all day long, and one that cannot be read must not keep the others waiting.
const NOT_WITHIN: SignedDuration = SignedDuration::from_hours(1);

pub(super) async fn take(
    tx: Tx,
    tenant: &TenantId,
    provider: &ProviderId,
    older_than: Option<Timestamp>,
    limit: u32,
    now: Timestamp,
) -> Result<Vec<CopyAge>, Failure> {
    let copied = "COALESCE((SELECT c.as_of FROM copies c
                            WHERE c.tenant = $1 AND c.account_id = a.id AND c.kind = 'invoices'), 0)";
    let mut values: Vec<Value> = vec![
        tenant.as_str().into(),
        provider.as_str().into(),
        micros(now).into(),
        micros(now - NOT_WITHIN).into(),
        i64::from(limit).into(),
    ];
    let (condition, order) = match older_than {
        None => ("a.touched_at IS NOT NULL".to_owned(), "a.touched_at, a.id".to_owned()),
        Some(older_than) => {
            values.push(micros(older_than).into());
            (format!("(a.touched_at IS NOT NULL OR {copied} < $6)"), format!("{copied}, a.id"))
        }
    };
    let sql = tx.skipping_locked(&format!(
        // a subquery could be run for every row of the outer one, and each time pass over what it locked before
        "WITH due AS MATERIALIZED (
             SELECT a.id FROM accounts a
             WHERE a.tenant = $1 AND a.provider = $2 AND {condition}
               AND (a.asked_at IS NULL OR a.asked_at <= $4)
               AND EXISTS (SELECT 1 FROM links l WHERE l.tenant = $1 AND l.account_id = a.id
                           AND l.since IS NOT NULL AND l.ended_at IS NULL AND l.suspended_at IS NULL)
             ORDER BY {order} LIMIT $5 + 0 {{lock}})
         UPDATE accounts SET asked_at = $3 WHERE id IN (SELECT id FROM due)
         RETURNING id, external_id"
    ));
    let rows = tx.rows(&sql, values).await?;
    let ages: Result<Vec<_>, StoreError> = rows
        .iter()
        .map(|row| {
            Ok(CopyAge {
                account: AccountId::from_uuid(uuid(WHAT, row, 0)?),
                provider: provider.clone(),
                external_id: parsed(WHAT, &column::<String>(WHAT, row, 1)?)?,
                as_of: None,
            })
        })
        .collect();
    Ok(ages?)
}
