//! Links that were proved before a provider's cut-over: they are suspended, and their users told.

use jiff::Timestamp;
use komunala_app::ports::{accounts::CutOver, outbox::Content};
use komunala_domain::{TenantId, ids::AccountId};

use super::{links, postal};
use crate::{
    columns::{micros, uuid},
    database::{Failure, Tx},
};

/// Suspends the links of some accounts; answers of how many.
pub(super) async fn cut_over(
    tx: Tx,
    tenant: &TenantId,
    cut_over: CutOver<'_>,
    limit: u32,
    now: Timestamp,
) -> Result<u32, Failure> {
    // accounts are held in one order, as everywhere
    let sql = "SELECT DISTINCT l.account_id FROM links l JOIN accounts a ON a.id = l.account_id
               WHERE l.tenant = $1 AND a.tenant = $1 AND a.provider = $2 AND l.ended_at IS NULL
                 AND l.suspended_at IS NULL AND COALESCE(l.proved_at, l.created_at) < $3
               ORDER BY l.account_id LIMIT $4 + 0";
    let at = micros(cut_over.at);
    let values = vec![tenant.as_str().into(), cut_over.provider.as_str().into(), at.into(), i64::from(limit).into()];
    let mut accounts = 0;
    for row in tx.rows(sql, values).await? {
        let account = AccountId::from_uuid(uuid("link", &row, 0)?);
        super::lock(&tx, tenant, account).await?;
        let news = links::News {
            subject: format!("{account} {at}"),
            content: Content::CutOver {},
            proved_before: Some(cut_over.at),
            now,
        };
        links::tell(&tx, tenant, account, None, &news).await?;
        let sql = "UPDATE links SET suspended_at = $3
                   WHERE tenant = $1 AND account_id = $2 AND ended_at IS NULL AND suspended_at IS NULL
                     AND COALESCE(proved_at, created_at) < $4";
        let values = vec![tenant.as_str().into(), account.uuid().into(), micros(now).into(), at.into()];
        tx.execute(sql, values).await?;
        postal::settle(&tx, tenant, account, now).await?;
        accounts += 1;
    }
    Ok(accounts)
}
