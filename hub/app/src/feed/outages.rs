//! Following what networks announce, so that whoever subscribed is told although nobody asks.

use komunala_domain::{Capability, Provider};

use super::FeedReport;
use crate::{
    Hub,
    ports::{StoreError, feeds::FeedTask},
    refresh::RefreshError,
    scope::SystemScope,
};

impl Hub {
    /// Takes in what a network announced since the last time; `None` when it is not due, somebody else does it, or the
    /// provider announces nothing. For a worker.
    pub async fn follow_outages(
        &self,
        scope: &SystemScope,
        provider: &Provider,
    ) -> Result<Option<FeedReport>, StoreError> {
        let scope = &scope.tenant(provider.tenant.clone());
        if self.billing(&provider.id, Capability::Outages).is_err() {
            return Ok(None);
        }
        let Some(turn) = self.take_turn(scope, &provider.id, FeedTask::Outages).await? else { return Ok(None) };
        let asked = self.holding(scope, &turn, self.ask_for_outages(scope, &provider.id)).await;
        let mut report = FeedReport::default();
        match asked {
            None => return Ok(Some(report)),
            Some(Ok(_)) => report.as_of = Some(self.clock.now()),
            Some(Err(RefreshError::Billing(error))) => report.ended_by = Some(error),
            Some(Err(RefreshError::Store(error))) => tracing::error!(%error, "outages could not be kept"),
            Some(Err(RefreshError::TookTooLong)) => {}
        }
        self.end_turn(scope, &turn, self.feed.of(provider).every, report.ended_by.is_some()).await?;
        Ok(Some(report))
    }
}
