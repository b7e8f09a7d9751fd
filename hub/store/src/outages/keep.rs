//! Keeping what was announced: a later revision replaces an earlier one, whichever arrives last.

use jiff::Timestamp;
use komunala_app::ports::outages::{Announced, OutageFeed};
use komunala_domain::{Outage, ProviderId, TenantId, ids::OutageId};
use sea_orm::prelude::Uuid;

use super::{WHAT, page::Kept, plan::plan, points::concern};
use crate::{
    columns::{json, micros, storable, uuid},
    database::{Failure, Tx},
};

pub(super) async fn keep(
    tx: Tx,
    tenant: &TenantId,
    provider: &ProviderId,
    outages: &[Announced],
    feed: &OutageFeed,
    now: Timestamp,
) -> Result<(), Failure> {
    for Announced { outage, schedule } in outages {
        if let Some(id) = take(&tx, tenant, provider, outage, now).await? {
            concern(&tx, tenant, id, outage).await?;
            plan(&tx, (tenant, provider), (id, outage.revision), *schedule, now).await?;
        }
    }
    let sql = "INSERT INTO outage_feeds (tenant, provider, cursor, as_of) VALUES ($1, $2, $3, $4)
               ON CONFLICT (tenant, provider) DO UPDATE SET cursor = excluded.cursor, as_of = excluded.as_of";
    let values = vec![
        tenant.as_str().into(),
        provider.as_str().into(),
        feed.cursor.as_deref().map(storable).into(),
        feed.as_of.map(micros).into(),
    ];
    tx.execute(sql, values).await?;
    Ok(())
}

/// The id of an outage whose row was written; `None` where what is kept says the same or is newer. What an operator
/// announced is no business of the network's system.
async fn take(
    tx: &Tx,
    tenant: &TenantId,
    provider: &ProviderId,
    outage: &Outage,
    now: Timestamp,
) -> Result<Option<Uuid>, Failure> {
    let content = json(&Kept::of(outage))?;
    let row = tx
        .row(
            "INSERT INTO outages (id, tenant, provider, external_id, revision, start_at, content, as_of, source)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'feed')
             ON CONFLICT (tenant, provider, external_id) DO UPDATE
             SET revision = excluded.revision, start_at = excluded.start_at, content = excluded.content,
                 as_of = excluded.as_of
             WHERE outages.source = 'feed' AND (outages.revision < excluded.revision
                OR (outages.revision = excluded.revision AND outages.content <> excluded.content))
             RETURNING id",
            vec![
                OutageId::new().uuid().into(),
                tenant.as_str().into(),
                provider.as_str().into(),
                outage.external_id.as_str().into(),
                i64::from(outage.revision).into(),
                micros(outage.start).into(),
                content.into(),
                micros(now).into(),
            ],
        )
        .await?;
    Ok(row.map(|row| uuid(WHAT, &row, 0)).transpose()?)
}
