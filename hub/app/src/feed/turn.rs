//! Turns: of several replicas one works at a time, and a dead one loses its turn.

use std::time::Duration;

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
