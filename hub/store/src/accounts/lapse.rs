//! Proofs that do not hold any more: every link that stands on one is suspended, and its user told.

use jiff::Timestamp;
use komunala_app::ports::{accounts::Lapse, outbox::Content};
use komunala_domain::{TenantId, ids::AccountId};

use super::{links, postal};
use crate::{
    columns::micros,
    copies,
    database::{Failure, Tx},
};

/// Suspends the links of an account, those that count and those of registrations that are yet to be confirmed.
pub(crate) async fn lapse(
    tx: &Tx,
    tenant: &TenantId,
    account: AccountId,
    lapse: Lapse,
    now: Timestamp,
) -> Result<(), Failure> {
    super::lock(tx, tenant, account).await?;
    if lapse != Lapse::OtherPin {
        copies::forget::all(tx, tenant, account).await?;
    }
    let subject = format!("{account} {}", micros(now));
    links::tell(
        tx,
        tenant,
        account,
        None,
        &links::News { subject, content: Content::LinkSuspended {}, proved_before: None, now },
    )
    .await?;
    let sql = "UPDATE links SET suspended_at = $3
               WHERE tenant = $1 AND account_id = $2 AND ended_at IS NULL AND suspended_at IS NULL";
    tx.execute(sql, vec![tenant.as_str().into(), account.uuid().into(), micros(now).into()]).await?;
    match lapse {
        // nobody is left to be told how to deliver
        Lapse::Closed => postal::rest(tx, tenant, account).await,
        Lapse::OtherPin | Lapse::OtherHolder => postal::settle(tx, tenant, account, now).await,
    }
}
