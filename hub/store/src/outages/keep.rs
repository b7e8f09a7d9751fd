//! Keeping what was announced: a later revision replaces an earlier one, whichever arrives last.

use std::collections::BTreeSet;

use jiff::Timestamp;
use komunala_app::ports::outages::OutageFeed;
use komunala_domain::{Outage, ProviderId, TenantId, ids::OutageId};
use sea_orm::{Value, prelude::Uuid};

use super::{WHAT, page::Kept};
use crate::{
    columns::{json, micros, storable, uuid},
    database::{Failure, Tx},
};

/// How many supply points one statement names; both databases bound the number of its values.
const CHUNK: usize = 300;

pub(super) async fn keep(
    tx: Tx,
    tenant: &TenantId,
    provider: &ProviderId,
    outages: &[Outage],
    feed: &OutageFeed,
    now: Timestamp,
) -> Result<(), Failure> {
    for outage in outages {
        if let Some(id) = take(&tx, tenant, provider, outage, now).await? {
            concern(&tx, tenant, id, outage).await?;
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

/// The id of an outage whose row was written; `None` where what is kept says the same or is newer.
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
            "INSERT INTO outages (id, tenant, provider, external_id, revision, start_at, content, as_of)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
             ON CONFLICT (tenant, provider, external_id) DO UPDATE
             SET revision = excluded.revision, start_at = excluded.start_at, content = excluded.content,
                 as_of = excluded.as_of
             WHERE outages.revision < excluded.revision
                OR (outages.revision = excluded.revision AND outages.content <> excluded.content)
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

/// Writes down whom an outage concerns now.
async fn concern(tx: &Tx, tenant: &TenantId, id: Uuid, outage: &Outage) -> Result<(), Failure> {
    let forget = "DELETE FROM outage_points WHERE tenant = $1 AND outage_id = $2";
    tx.execute(forget, vec![tenant.as_str().into(), id.into()]).await?;
    let numbers: Vec<&str> =
        outage.point_numbers.iter().map(String::as_str).collect::<BTreeSet<_>>().into_iter().collect();
    for chunk in numbers.chunks(CHUNK) {
        let mut values: Vec<Value> = vec![id.into(), tenant.as_str().into()];
        let rows: Vec<String> = chunk
            .iter()
            .map(|number| {
                values.push((*number).into());
                format!("($1, ${}, $2)", values.len())
            })
            .collect();
        let sql = format!("INSERT INTO outage_points (outage_id, point_number, tenant) VALUES {}", rows.join(", "));
        tx.execute(&sql, values).await?;
    }
    Ok(())
}
