//! Requests that billing systems are yet to be told of, and what came of telling them.

use jiff::Timestamp;
use komunala_app::ports::{
    imports::RefusedRequest,
    service_requests::{BillingAnswer, Unsent},
};
use komunala_domain::{
    ProviderId, TenantId,
    ids::{EntryId, ServiceRequestId, UserId},
    request::{Author, BillingProgress, CustomerRequest, RequestKind, RequestState},
};
use sea_orm::QueryResult;

use super::{
    TABLE, WHAT,
    row::{SealedEntry, SealedRequest},
    say::{Added, LEASE, add},
};
use crate::{
    columns::{Word, column, damaged, micros, parsed, uuid},
    database::{Failure, Tx},
};

/// Requests that are due, leased to the caller.
pub(super) async fn unsent(tx: Tx, limit: u32, now: Timestamp) -> Result<Vec<Unsent>, Failure> {
    let sql = tx.skipping_locked(
        "UPDATE service_requests SET ask_at = $1, tries = tries + 1
         WHERE id IN (SELECT id FROM service_requests WHERE ask_at <= $2 ORDER BY ask_at, id LIMIT $3 + 0 {lock})
         RETURNING id, tenant, provider, account_id, user_id, kind, tries, sealed",
    );
    let values = vec![micros(now + LEASE).into(), micros(now).into(), i64::from(limit).into()];
    let mut unsent = Vec::new();
    for row in tx.rows(&sql, values).await? {
        unsent.extend(to_unsent(&tx, &row).await?);
    }
    Ok(unsent)
}

/// `None` for somebody who is just being erased.
async fn to_unsent(tx: &Tx, row: &QueryResult) -> Result<Option<Unsent>, Failure> {
    let (id, owner) = (uuid(WHAT, row, 0)?, uuid(WHAT, row, 4)?);
    let Some(key) = tx.vault().key(owner).await? else { return Ok(None) };
    let account = "SELECT external_id FROM accounts WHERE id = $1";
    let account = tx.row(account, vec![uuid(WHAT, row, 3)?.into()]).await?;
    let account = account.ok_or_else(|| damaged(WHAT, "its account is missing"))?;
    let sealed = SealedRequest::open(&key, id, &column::<String>(WHAT, row, 7)?)?;
    let tries: i32 = column(WHAT, row, 6)?;
    Ok(Some(Unsent {
        tenant: parsed(WHAT, &column::<String>(WHAT, row, 1)?)?,
        provider: parsed(WHAT, &column::<String>(WHAT, row, 2)?)?,
        account: parsed(WHAT, &column::<String>(WHAT, &account, 0)?)?,
        id: ServiceRequestId::from_uuid(id),
        letter: CustomerRequest {
            kind: RequestKind::of(&column::<String>(WHAT, row, 5)?)?,
            subject: sealed.subject,
            text: sealed.letter,
        },
        // this time is yet to come
        tries: u32::try_from(tries - 1).map_err(|_| damaged(WHAT, "its tries are negative"))?,
    }))
}

/// Keeps what a billing system answered. What it has stays told, whichever answer comes last.
pub(super) async fn told(
    tx: Tx,
    tenant: &TenantId,
    id: ServiceRequestId,
    answer: &BillingAnswer,
    now: Timestamp,
) -> Result<(), Failure> {
    let found = tx.locking(
        "SELECT state, user_id, sealed FROM service_requests
         WHERE tenant = $1 AND id = $2 AND billing = 'due' {lock}",
    );
    let Some(row) = tx.row(&found, vec![tenant.as_str().into(), id.uuid().into()]).await? else { return Ok(()) };
    let state = RequestState::of(&column::<String>(WHAT, &row, 0)?)?;
    let owner = UserId::from_uuid(uuid(WHAT, &row, 1)?);
    let Some(key) = tx.vault().key(owner.uuid()).await? else { return Ok(()) };
    let mut sealed = SealedRequest::open(&key, id.uuid(), &column::<String>(WHAT, &row, 2)?)?;
    let (billing, state, ask_at) = match answer {
        BillingAnswer::Taken(external_id) => {
            sealed.billing_id = Some(external_id.clone());
            (BillingProgress::Sent, state.after_billing(), None)
        }
        BillingAnswer::Refused(_) => (BillingProgress::Refused, state, None),
        BillingAnswer::Later(at) => (BillingProgress::Due, state, Some(micros(*at))),
    };
    if let BillingAnswer::Refused(reason) = answer {
        // the desk has to see to it, and both sides may read why
        let sealed = SealedEntry::of_billing(reason);
        add(&tx, tenant, &key, id, &Added { id: EntryId::new(), author: Author::Billing, sealed, at: now }).await?;
    }
    let sql = &format!(
        "UPDATE {TABLE} SET state = $3, billing = $4, ask_at = $5, sealed = $6,
           updated_at = CASE WHEN $4 = 'due' THEN updated_at ELSE $7 END
         WHERE tenant = $1 AND id = $2"
    );
    let values = vec![
        tenant.as_str().into(),
        id.uuid().into(),
        state.word().into(),
        billing.word().into(),
        ask_at.into(),
        sealed.seal(&key, id.uuid())?.into(),
        micros(now).into(),
    ];
    tx.execute(sql, values).await?;
    Ok(())
}

/// Keeps that a billing system refused what it was handed over, which it says a day later. The desk has to see to it.
pub(crate) async fn refused(
    tx: &Tx,
    tenant: &TenantId,
    provider: &ProviderId,
    RefusedRequest { id, code }: &RefusedRequest,
    now: Timestamp,
) -> Result<(), Failure> {
    let found = tx.locking(
        "SELECT user_id FROM service_requests
         WHERE tenant = $1 AND provider = $2 AND id = $3 AND billing = 'sent' {lock}",
    );
    let values = vec![tenant.as_str().into(), provider.as_str().into(), id.uuid().into()];
    let Some(row) = tx.row(&found, values).await? else { return Ok(()) };
    let Some(key) = tx.vault().key(uuid(WHAT, &row, 0)?).await? else { return Ok(()) };
    let sealed = SealedEntry::of_billing(code);
    add(tx, tenant, &key, *id, &Added { id: EntryId::new(), author: Author::Billing, sealed, at: now }).await?;
    let sql = "UPDATE service_requests SET billing = 'refused', updated_at = $3 WHERE tenant = $1 AND id = $2";
    tx.execute(sql, vec![tenant.as_str().into(), id.uuid().into(), micros(now).into()]).await?;
    Ok(())
}
