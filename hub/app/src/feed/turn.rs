//! Turns: of several replicas one works at a time, and a dead one loses its turn.

use std::{future::Future, pin::pin, time::Duration};

use jiff::{SignedDuration, Timestamp};
use komunala_domain::ProviderId;
use uuid::Uuid;

use crate::{
    Hub,
    feed::FeedSettings,
    ports::{
        StoreError,
        feeds::{FeedTask, Turn},
    },
    scope::TenantScope,
};

/// When the next turn is due after one that was cut short by the billing system.
const AFTER_FAILURE: Duration = Duration::from_secs(60);

/// How many signs of life a turn has time for: one may be late, and another fail.
const SIGNS_OF_LIFE: u32 = 3;

impl Hub {
    /// Takes the turn if it is due and nobody has it.
    pub(crate) async fn take_turn(
        &self,
        scope: &TenantScope,
        provider: &ProviderId,
        task: FeedTask,
    ) -> Result<Option<Turn>, StoreError> {
        let turn = Turn { provider: provider.clone(), task, holder: Uuid::now_v7() };
        let now = self.clock.now();
        Ok(self.feeds.take_turn(scope, &turn, self.until(), now).await?.then_some(turn))
    }

    /// Does work of a turn that may take longer than a turn lasts without a sign of life, and gives one now and then.
    /// `None` once another replica has the turn nevertheless: the work is dropped where it stands.
    pub(crate) async fn holding<T>(
        &self,
        scope: &TenantScope,
        turn: &Turn,
        work: impl Future<Output = T>,
    ) -> Option<T> {
        let mut work = pin!(work);
        loop {
            if let Ok(done) = tokio::time::timeout(self.feed.turn / SIGNS_OF_LIFE, &mut work).await {
                return Some(done);
            }
            match self.feeds.renew_turn(scope, turn, self.until()).await {
                Ok(true) => {}
                Ok(false) => return None,
                // what the work leads to is fenced: at worst it is done in vain
                Err(error) => tracing::warn!(provider = %turn.provider, %error, "a turn could not be renewed"),
            }
        }
    }

    /// Until when a turn lasts that shows a sign of life now.
    pub(crate) fn until(&self) -> Timestamp {
        let turn = SignedDuration::try_from(self.feed.turn).unwrap_or(SignedDuration::MAX);
        self.clock.now().checked_add(turn).unwrap_or(Timestamp::MAX)
    }

    /// Gives the turn back: the next one is due after `every`, or soon where this one failed.
    pub(crate) async fn end_turn(
        &self,
        scope: &TenantScope,
        turn: &Turn,
        every: Duration,
        has_failed: bool,
    ) -> Result<(), StoreError> {
        let pause = if has_failed { every.min(AFTER_FAILURE) } else { every };
        let pause = SignedDuration::try_from(FeedSettings::about(pause)).unwrap_or(SignedDuration::MAX);
        let due = self.clock.now().checked_add(pause).unwrap_or(Timestamp::MAX);
        self.feeds.end_turn(scope, turn, due).await
    }
}
