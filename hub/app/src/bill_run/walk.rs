//! The walk of a run: page after page, for a while, and then whoever waits longest has a turn.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use komunala_domain::{Capability, Provider, ids::AccountId};
use tokio::time::Instant;

use super::pages::{Left, Sources, Taken};
use crate::{
    Hub,
    ports::{StoreError, bill_runs::HeldRun, billing::ChangeKind, feeds::FeedTask},
    scope::{SystemScope, TenantScope},
};

/// The longest that a run stays with a hub that says nothing: longer than a page takes.
const HOLD: Duration = Duration::from_secs(60);
/// How long a run is worked on before others have a turn.
const SLICE: Duration = Duration::from_secs(5);
/// How often it is looked whether the provider's feed has been followed to its end.
const AWAIT_FEED: SignedDuration = SignedDuration::from_secs(1);
/// How long a feed is waited for: after that each account is asked about.
const FEED_PATIENCE: SignedDuration = SignedDuration::from_mins(10);
/// When a run is looked at again whose provider this hub does not serve at the moment.
const UNSERVED: SignedDuration = SignedDuration::from_mins(1);
/// Mails of a cancelled run that are taken back at once.
const BATCH: u32 = 500;

impl Hub {
    /// Works on the run that waited longest, for a while; answers whether there was one. For a worker; any replica may do
    /// it, a run is with one of them.
    pub async fn work_on_bill_run(&self, scope: &SystemScope) -> Result<bool, StoreError> {
        let now = self.clock.now();
        let Some(run) = self.bill_runs.take_run(scope, self.hold_until(), now).await? else { return Ok(false) };
        let tenant = scope.tenant(run.tenant.clone());
        if run.is_cancelled {
            while self.bill_runs.take_back(scope, run.hold.run, BATCH).await? == u64::from(BATCH) {}
            self.bill_runs.let_go(&tenant, run.hold, self.clock.now()).await?;
            return Ok(true);
        }
        let roster = self.roster();
        let Some(provider) = roster.directory.provider(&run.provider) else {
            self.bill_runs.let_go(&tenant, run.hold, now + UNSERVED).await?;
            return Ok(true);
        };
        match self.sources(&tenant, provider, &run).await? {
            Some(sources) => self.walk(&tenant, provider, &run, sources).await?,
            None => self.bill_runs.let_go(&tenant, run.hold, now + AWAIT_FEED).await?,
        }
        Ok(true)
    }

    pub(super) fn hold_until(&self) -> Timestamp {
        let hold = SignedDuration::try_from(self.feed.turn.min(HOLD)).unwrap_or(SignedDuration::MAX);
        self.clock.now().checked_add(hold).unwrap_or(Timestamp::MAX)
    }

    async fn walk(
        &self,
        scope: &TenantScope,
        provider: &Provider,
        run: &HeldRun,
        sources: Sources,
    ) -> Result<(), StoreError> {
        let began = Instant::now();
        let mut after = run.after;
        while began.elapsed() < SLICE {
            match self.take_page_up(scope, provider, run, after, sources).await? {
                Taken::Page(last) => after = Some(last),
                Taken::Nothing => {
                    tracing::info!(run = %run.hold.run, provider = %run.provider, "every bill was taken up");
                    return self.bill_runs.walked(scope, run.hold, self.clock.now()).await;
                }
                Taken::Lost => return Ok(()),
            }
        }
        self.bill_runs.let_go(scope, run.hold, self.clock.now()).await
    }

    /// Where the hub knows bills from; `None` while the provider's feed is yet to be followed to its end.
    async fn sources(
        &self,
        scope: &TenantScope,
        provider: &Provider,
        run: &HeldRun,
    ) -> Result<Option<Sources>, StoreError> {
        let now = self.clock.now();
        self.feeds.hasten(scope, &provider.id, FeedTask::Files, now).await?;
        if self.billing(&provider.id, Capability::Changes).is_err() {
            return Ok(Some(Sources::Each));
        }
        let since = Some(run.opened_at);
        let bills = self.feeds.place(scope, &provider.id, ChangeKind::Invoice).await?;
        if bills.caught_up_at >= since {
            return Ok(Some(Sources::Feed));
        }
        let has_no_bills = bills.cursor.is_none() && bills.caught_up_at.is_none();
        if has_no_bills && self.feeds.place(scope, &provider.id, ChangeKind::Account).await?.caught_up_at >= since
            || now.duration_since(run.opened_at) > FEED_PATIENCE
        {
            return Ok(Some(Sources::Each));
        }
        self.feeds.hasten(scope, &provider.id, FeedTask::Changes, now).await?;
        Ok(None)
    }

    /// Takes one page up.
    async fn take_page_up(
        &self,
        scope: &TenantScope,
        provider: &Provider,
        run: &HeldRun,
        after: Option<AccountId>,
        sources: Sources,
    ) -> Result<Taken, StoreError> {
        let mut left = Left::default();
        let taken = Box::pin(self.page_of_bills(scope, provider, run, after, sources, &mut left)).await?;
        if matches!(taken, Taken::Page(_)) {
            self.bells.ring();
        }
        Ok(taken)
    }
}
