//! What is to be told of outages: claimed by one worker at a time, and told portion by portion.

mod claim;
mod recipients;
mod tell;
mod told;

use async_trait::async_trait;
use fail::fail_point;
use jiff::{SignedDuration, Timestamp};
use komunala_app::{
    ports::{
        OutageNotices, StoreError,
        outage_notices::{DueNotice, Portion, Telling},
    },
    scope::{SystemScope, TenantScope},
};

use crate::{Store, database::Rows};

const WHAT: &str = "outage notice";

#[async_trait]
impl OutageNotices for Store {
    async fn claim_notice(
        &self,
        _: &SystemScope,
        lease: SignedDuration,
        now: Timestamp,
    ) -> Result<Option<DueNotice>, StoreError> {
        self.database.write(Rows::All, "store.claim_notice", |tx| claim::claim(tx, lease, now)).await
    }

    async fn tell_portion(
        &self,
        scope: &TenantScope,
        notice: &DueNotice,
        telling: Telling<'_>,
    ) -> Result<Portion, StoreError> {
        let tenant = scope.tenant();
        let work = |tx| tell::portion(tx, tenant, notice, telling);
        let portion = self.database.write(tenant, "store.tell_outage", work).await?;
        fail_point!("store::outage_told");
        Ok(portion)
    }
}
