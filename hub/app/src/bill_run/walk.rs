//! The walk of a run: page after page, for a while, and then whoever waits longest has a turn.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use komunala_domain::{Capability, Provider, ids::AccountId};
use tokio::time::Instant;

use super::pages::{Left, Sources, Taken};
use crate::{
    Hub,
    feed::KINDS,
    ports::{
        StoreError,
        bill_runs::HeldRun,
        billing::ChangeKind,
        feeds::{FeedPlace, FeedTask},
    },
    scope::{SystemScope, TenantScope},
};

/// The longest that a run stays with a hub that says nothing: longer than a page takes.
const HOLD: Duration = Duration::from_secs(60);
/// How long a run is worked on before others have a turn.
const SLICE: Duration = Duration::from_secs(5);
/// How often it is looked whether the provider's feed has been followed to its end.
const AWAIT_FEED: SignedDuration = SignedDuration::from_secs(1);
/// How long a feed is waited for that does not come on: after that each account is asked about. One that does is waited for,
/// however long it takes: asking about each account would take longer still.
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
        let mut kept_at = None;
        let mut bills = FeedPlace::default();
        for kind in KINDS {
            let place = self.feeds.place(scope, &provider.id, kind).await?;
            kept_at = kept_at.max(place.kept_at);
            if kind == ChangeKind::Invoice {
                bills = place;
            }
        }
        let sources = by_feed(run.opened_at, &bills, kept_at, now);
        if sources.is_none() {
            self.feeds.hasten(scope, &provider.id, FeedTask::Changes, now).await?;
        }
        Ok(sources)
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

/// Where a run that was opened then knows bills from, by how far their feed has come.
fn by_feed(opened_at: Timestamp, bills: &FeedPlace, kept_at: Option<Timestamp>, now: Timestamp) -> Option<Sources> {
    if bills.caught_up_at >= Some(opened_at) {
        return Some(if bills.cursor.is_some() { Sources::Feed } else { Sources::Each });
    }
    (!comes_on(opened_at, bills, kept_at, now)).then_some(Sources::Each)
}

/// Whether a run that was opened then has reason to wait for its provider's feed: a page of any kind was kept of late, for
/// they come one after the other, and that of bills does not fail all the time meanwhile.
fn comes_on(opened_at: Timestamp, bills: &FeedPlace, kept_at: Option<Timestamp>, now: Timestamp) -> bool {
    let is_of_late = |time: Timestamp| now.duration_since(time.max(opened_at)) <= FEED_PATIENCE;
    is_of_late(kept_at.unwrap_or(opened_at)) && bills.failing_since.is_none_or(is_of_late)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_feed_is_known_to_have_no_bills_once_it_was_asked_for_them() {
        let opened = Timestamp::UNIX_EPOCH + SignedDuration::from_hours(1);
        let place = |cursor: Option<&str>, caught_up_at| FeedPlace {
            cursor: cursor.map(ToOwned::to_owned),
            caught_up_at,
            ..FeedPlace::default()
        };
        let known = |place: &FeedPlace| by_feed(opened, place, None, opened);
        assert_eq!(known(&place(Some("c-1"), Some(opened))), Some(Sources::Feed));
        assert_eq!(known(&place(None, Some(opened))), Some(Sources::Each));
        // its first turn is at the accounts still
        assert_eq!(known(&place(None, None)), None);
        let before = opened - SignedDuration::from_secs(1);
        assert_eq!(known(&place(None, Some(before))), None);
        assert_eq!(known(&place(Some("c-1"), Some(before))), None);
    }

    #[test]
    fn a_feed_is_waited_for_as_long_as_it_comes_on() {
        let opened = Timestamp::UNIX_EPOCH + SignedDuration::from_hours(1);
        let at = |minutes| opened + SignedDuration::from_mins(minutes);
        let failing = |minutes| FeedPlace { failing_since: Some(at(minutes)), ..FeedPlace::default() };
        let well = FeedPlace::default();
        assert!(comes_on(opened, &well, None, at(10)));
        assert!(!comes_on(opened, &well, None, at(11)));
        // 690,000 bills take hours
        assert!(comes_on(opened, &well, Some(at(170)), at(180)));
        assert!(!comes_on(opened, &well, Some(at(169)), at(180)));
        // pages of others come, and those of bills are refused
        assert!(comes_on(opened, &failing(175), Some(at(180)), at(180)));
        assert!(!comes_on(opened, &failing(165), Some(at(180)), at(180)));
        // a run gives one a while that failed before
        assert!(comes_on(opened, &failing(-50), Some(at(5)), at(9)));
    }
}
