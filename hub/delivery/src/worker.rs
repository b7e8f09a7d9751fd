//! Workers: each takes the messages of its channel out of the outbox and sees each to its end.
//!
//! A message is claimed when there is room for it, or soon will be, and its lease is renewed while it is under way:
//! whoever still holds a message when its lease runs out is dead. Should it live after all, it is fenced off before the
//! body leaves.
//!
//! All of this is the same whatever the channel is; what carries a message over it is a [`Carrier`].

mod deliver;
mod epoch;
mod groups;
mod lease;
mod record;
mod under_way;
mod written;

use std::{sync::Arc, time::Duration};

use jiff::SignedDuration;
use komunala_app::{
    ports::{
        Clock, DeliveryEpoch, Outbox,
        outbox::{Claimed, Fate, Room, Step, UnknownPolicy, Whose},
    },
    scope::SystemScope,
};
use komunala_domain::Channel;
use tokio::{sync::Notify, task::JoinSet};
use tokio_util::sync::CancellationToken;

pub(crate) use self::{
    deliver::{Outcome, Setback},
    lease::Lease,
    written::{Written, settled},
};
use self::{groups::Groups, under_way::UnderWay};
use crate::{metrics::Metrics, settings::RetrySettings};

/// What messages that are cut off at the end of a drain have for writing down where they stood.
const LAST_WORDS: Duration = Duration::from_secs(3);

/// What every worker needs of the world.
#[derive(Clone)]
pub struct Desk {
    /// Where messages come from.
    pub outbox: Arc<dyn Outbox>,
    /// By what it is seen whether this database is the one that sent last.
    pub epoch: Arc<dyn DeliveryEpoch>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// The right to work through every tenant's queue.
    pub scope: SystemScope,
    /// Rung when something was enqueued: the worker looks at once.
    pub bell: Arc<Notify>,
}

/// How a worker works, whatever it sends.
#[derive(Debug, Clone)]
pub(crate) struct Hours {
    /// How often the queue is looked at when nobody rings.
    pub(crate) poll: Duration,
    /// How long what is under way has at the end.
    pub(crate) drain: Duration,
    /// How long a message stays with a worker that says nothing.
    pub(crate) lease: Duration,
    /// How long one whose fate is unknown rests at least: a receipt may say what became of it.
    pub(crate) receipts_within: Duration,
}

/// What carries messages over a channel.
pub(crate) trait Carrier: Send + Sync + Sized + 'static {
    /// The channel.
    const CHANNEL: Channel;

    /// What a message takes from others until its outcome is written down.
    type Held: Send;

    /// Whose messages it carries.
    fn whose(&self) -> Whose<'_> {
        Whose::Everybody
    }

    /// How many messages may be under way and not yet sent, and how many of those that go to very many.
    fn places(&self) -> (u32, u32);

    /// Sends a message, as long as its lease lasts.
    fn send(
        post: &Post<Self>,
        claimed: &Claimed,
        lease: &Lease,
    ) -> impl Future<Output = (Outcome, Option<Self::Held>)> + Send;

    /// Learns from an outcome how much the other side bears.
    fn learn(&self, claimed: &Claimed, outcome: &Outcome);

    /// A message was given up, which is written down.
    fn given_up(post: &Post<Self>, claimed: &Claimed, setback: &Setback) -> impl Future<Output = ()> + Send;

    /// The message was taken, which is not written down yet. Answers what others may only have when it is.
    fn pass_on(&self, held: Self::Held, _: Written) -> Option<Self::Held> {
        Some(held)
    }

    /// The outcome is written down: others may have what the message held.
    fn release(&self, held: Self::Held) -> impl Future<Output = ()> + Send;

    /// A round is over: what nobody needs is put away.
    fn tidy(&self);

    /// Nothing more will be sent.
    fn close(&self) -> impl Future<Output = ()> + Send;
}

/// What every message under way shares.
pub(crate) struct Post<C> {
    pub(crate) desk: Desk,
    pub(crate) carrier: C,
    /// Where steps that are taken together are handed in.
    steps: Groups<Step>,
    pub(crate) metrics: Metrics,
    retry: RetrySettings,
    hours: Hours,
    lease: SignedDuration,
    /// The hub is stopping: what has not begun is left to others.
    stopping: CancellationToken,
}

/// A worker of any channel.
pub(crate) struct Service<C> {
    post: Arc<Post<C>>,
    /// Writes steps down, for as long as the worker works.
    writing: std::pin::Pin<Box<dyn Future<Output = ()> + Send>>,
    /// Cuts everything that is still under way when the drain is over.
    cut: CancellationToken,
}

impl<C: Carrier> Service<C> {
    pub(crate) fn new(desk: Desk, carrier: C, retry: RetrySettings, hours: Hours, cut: CancellationToken) -> Self {
        let (outbox, scope) = (desk.outbox.clone(), desk.scope.clone());
        let (steps, writing) = Groups::new(move |steps: Vec<Step>| {
            let (outbox, scope) = (outbox.clone(), scope.clone());
            async move { outbox.step(&scope, &steps).await }
        });
        let post = Post {
            steps,
            metrics: Metrics::new(C::CHANNEL),
            lease: SignedDuration::try_from(hours.lease).unwrap_or(SignedDuration::MAX),
            stopping: CancellationToken::new(),
            desk,
            carrier,
            retry,
            hours,
        };
        Self { post: Arc::new(post), writing: Box::pin(writing), cut }
    }

    /// Works until `stop`: then it claims nothing more, and sessions have the drain's time to finish.
    pub(crate) async fn run(self, stop: CancellationToken) {
        let Self { post, writing, cut } = self;
        // ends with this future, however that ends
        let mut writer = JoinSet::new();
        writer.spawn(writing);
        let mut epoch = post.begin_epoch().await;
        post.recover().await;
        let mut under_way = UnderWay::default();
        let mut look = true;
        // by the clock, however much there is to do in between: what dead workers held must not wait for a quiet moment
        let poll = post.hours.poll.max(Duration::from_millis(1));
        let mut rounds = tokio::time::interval_at(tokio::time::Instant::now() + poll, poll);
        rounds.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        while !stop.is_cancelled() {
            let room = post.room(&under_way);
            // while there is work, messages are claimed in groups; somebody who rang is heard at once
            if epoch.is_ours() && (look || room.messages > post.carrier.places().0 / 3) {
                let claimed = post.claim(room).await;
                look = claimed.len() == room.messages as usize && !claimed.is_empty();
                epoch.sends(!claimed.is_empty());
                for claimed in claimed {
                    under_way.start(&post, claimed);
                }
                if look {
                    continue;
                }
            }
            tokio::select! {
                biased;
                () = stop.cancelled() => break,
                () = post.desk.bell.notified() => look = true,
                _ = rounds.tick() => {
                    look = true;
                    post.look_at_epoch(&mut epoch).await;
                    post.recover().await;
                    post.carrier.tidy();
                }
                () = under_way.next(&post), if !under_way.is_empty() => {}
            }
        }
        post.stopping.cancel();
        post.drain(&cut, under_way).await;
    }
}

impl<C: Carrier> Post<C> {
    async fn drain(&self, cut: &CancellationToken, mut under_way: UnderWay) {
        if tokio::time::timeout(self.hours.drain, under_way.all(self)).await.is_err() {
            tracing::warn!(messages = under_way.len(), "messages were under way when the time to finish was over");
            cut.cancel();
            let _ = tokio::time::timeout(LAST_WORDS, under_way.all(self)).await;
        }
        self.carrier.close().await;
    }

    fn room(&self, under_way: &UnderWay) -> Room<'_> {
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        let (places, for_bulk) = self.carrier.places();
        let (unsent, unsent_bulk) = under_way.unsent();
        let messages = places.saturating_sub(count(unsent));
        let bulk = for_bulk.saturating_sub(count(unsent_bulk));
        Room { channel: C::CHANNEL, whose: self.carrier.whose(), messages, bulk: bulk.min(messages) }
    }

    async fn claim(&self, room: Room<'_>) -> Vec<Claimed> {
        if room.messages == 0 {
            return Vec::new();
        }
        let Desk { outbox, clock, scope, .. } = &self.desk;
        outbox.claim(scope, room, self.lease, clock.now()).await.unwrap_or_else(|error| {
            tracing::warn!(%error, "the outbox cannot be read");
            Vec::new()
        })
    }

    /// Takes back what the dead held.
    async fn recover(&self) {
        let Desk { outbox, clock, scope, .. } = &self.desk;
        match outbox.recover(scope, C::CHANNEL, clock.now()).await {
            Ok(cut_off) => {
                for claimed in cut_off {
                    self.record_unknown(&claimed).await;
                    self.metrics.lost_track(&claimed);
                }
            }
            Err(error) => tracing::warn!(%error, "what dead workers held cannot be taken back"),
        }
    }

    /// What becomes of a message that nobody knows the fate of.
    fn fate(&self, claimed: &Claimed) -> Fate {
        let now = self.desk.clock.now();
        let expired = claimed.message.expires.is_some_and(|expires| expires <= now);
        if expired || claimed.tries >= self.retry.attempts {
            return Fate::Hold;
        }
        let after = |pause: SignedDuration| now.checked_add(pause).unwrap_or(now);
        match claimed.message.content.on_unknown() {
            // at once; a relay that keeps cutting is not asked again and again without a pause
            UnknownPolicy::SendAgain => Fate::SendAgain(match claimed.tries {
                0 | 1 => after(SignedDuration::try_from(self.hours.receipts_within).unwrap_or_default()),
                tries => after(self.retry.pause(tries - 1)),
            }),
            UnknownPolicy::SendAgainLater => match SignedDuration::try_from(self.retry.unknown_hold) {
                Ok(hold) if !hold.is_zero() => Fate::HoldUntil(after(hold)),
                _ => Fate::Hold,
            },
        }
    }
}
