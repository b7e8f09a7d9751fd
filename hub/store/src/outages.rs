//! Outages: the newest revision of each, found by the printed numbers of the supply points that it concerns.

mod desk;
mod keep;
mod page;
mod plan;
mod points;

use async_trait::async_trait;
use jiff::Timestamp;
use komunala_app::{
    ports::{
        Outages, StoreError,
        outages::{Announced, ConcernedPoints, OutageCopy, OutageCursor, OutageFeed},
    },
    scope::TenantScope,
};
use komunala_domain::{Outage, ProviderId, ids::OutageId};

use crate::{
    Store,
    columns::{column, from_json, time_if_any},
};

pub(crate) use page::Kept;

const WHAT: &str = "outage";

#[async_trait]
impl Outages for Store {
    async fn outages_at(
        &self,
        scope: &TenantScope,
        points: &[ConcernedPoints],
        after: Option<OutageCursor>,
        limit: u32,
    ) -> Result<Vec<OutageCopy>, StoreError> {
        let Some((sql, values)) = page::at(scope.tenant(), points, after, limit) else { return Ok(Vec::new()) };
        let rows = self.database.select(scope.tenant(), "store.outages", sql, values).await?;
        rows.iter().map(page::read).collect()
    }

    async fn outage_for_notice(&self, scope: &TenantScope, outage: OutageId) -> Result<Option<Outage>, StoreError> {
        let sql = "SELECT content FROM outages WHERE tenant = $1 AND id = $2";
        let values = vec![scope.tenant().as_str().into(), outage.uuid().into()];
        let rows = self.database.select(scope.tenant(), "store.outage_for_notice", sql, values).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        let kept: Kept = from_json(WHAT, &column::<String>(WHAT, row, 0)?)?;
        Ok(Some(kept.outage(Vec::new())))
    }

    async fn feed(&self, scope: &TenantScope, provider: &ProviderId) -> Result<OutageFeed, StoreError> {
        let sql = "SELECT cursor, as_of FROM outage_feeds WHERE tenant = $1 AND provider = $2";
        let values = vec![scope.tenant().as_str().into(), provider.as_str().into()];
        let rows = self.database.select(scope.tenant(), "store.outage_feed", sql, values).await?;
        let Some(row) = rows.first() else { return Ok(OutageFeed { cursor: None, as_of: None }) };
        Ok(OutageFeed { cursor: column(WHAT, row, 0)?, as_of: time_if_any(WHAT, column(WHAT, row, 1)?)? })
    }

    async fn keep_outages(
        &self,
        scope: &TenantScope,
        provider: &ProviderId,
        outages: &[Announced],
        feed: &OutageFeed,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let work = |tx| keep::keep(tx, scope.tenant(), provider, outages, feed, now);
        self.database.write(scope.tenant(), "store.keep_outages", work).await
    }
}
