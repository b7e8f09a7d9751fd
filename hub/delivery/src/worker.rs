//! The worker: takes messages out of the outbox and sees each to its end.
//!
//! A message is claimed when a session is free for it, or soon will be, and its lease is renewed while it is under way:
//! whoever still holds a message when its lease runs out is dead. Should it live after all, it is fenced off before the
//! body leaves.
//!
//! A mail takes what it needs in this order: a turn with its recipient's domain, memory, a seat with the relay, a session.
//! Whoever must wait long for the first goes back to the queue; the others are everybody's.

mod deliver;
mod documents;
mod epoch;
mod groups;
mod pool;
mod record;
mod under_way;

use std::{sync::Arc, time::Duration};

use jiff::SignedDuration;
use komunala_app::{
    ports::{
        Bounces, Clock, Compose, DeliveryEpoch, Documents, Outbox,
        outbox::{Claimed, Fate, Room, UnknownPolicy},
    },
    scope::SystemScope,
};
use komunala_domain::Channel;
use tokio::{
    sync::{Notify, Semaphore},
    task::JoinSet,
};
use tokio_util::sync::CancellationToken;

pub(crate) use self::deliver::Outcome;
use self::{groups::Groups, pool::Pool, under_way::UnderWay};
use crate::{
    metrics::Metrics,
    pace::Pace,
    settings::MailSettings,
    smtp::{Relay, SetupError},
};

/// What mails that are cut off at the end of a drain have for writing down where they stood.
const LAST_WORDS: Duration = Duration::from_secs(3);

/// What the worker needs of the world.
#[derive(Clone)]
pub struct Ports {
    /// Where messages come from.
    pub outbox: Arc<dyn Outbox>,
    /// What turns them into letters.
    pub compose: Arc<dyn Compose>,
    /// Where it is written down whom mail does not reach.
    pub bounces: Arc<dyn Bounces>,
    /// By what it is seen whether this database is the one that sent last.
    pub epoch: Arc<dyn DeliveryEpoch>,
    /// Where the documents are that go with them.
    pub documents: Arc<dyn Documents>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// The right to work through every tenant's queue.
    pub scope: SystemScope,
    /// Rung when something was enqueued: the worker looks at once.
    pub bell: Arc<Notify>,
}

/// What every mail under way shares.
struct Post {
    ports: Ports,
    settings: MailSettings,
    pool: Pool,
    pace: Arc<Pace>,
    groups: Groups,
    /// In units of [`documents::UNIT`].
    memory: Arc<Semaphore>,
    metrics: Metrics,
    lease: SignedDuration,
    /// The hub is stopping: what has not begun is left to others.
    stopping: CancellationToken,
}

/// Sends what is in the outbox.
pub struct Worker {
    post: Arc<Post>,
    /// Writes steps down, for as long as the worker works.
    writing: std::pin::Pin<Box<dyn Future<Output = ()> + Send>>,
    /// Cuts every session that is still under way when the drain is over.
    cut: CancellationToken,
}

impl Worker {
    /// Checks the settings and makes a worker.
    pub fn new(ports: Ports, settings: MailSettings) -> Result<Self, SetupError> {
        let cut = CancellationToken::new();
        let relay = Relay::new(&settings.relay)?;
        let (groups, writing) = Groups::new(ports.outbox.clone(), ports.scope.clone());
        let post = Post {
            pool: Pool::new(relay, &settings.work, cut.clone()),
            pace: Pace::new(settings.work.sessions, settings.work.sessions / 2, settings.limits.clone()),
            groups,
            memory: Arc::new(Semaphore::new(documents::units(u64::from(settings.work.memory)) as usize)),
            metrics: Metrics::new(),
            lease: SignedDuration::try_from(settings.work.lease).unwrap_or(SignedDuration::MAX),
            stopping: CancellationToken::new(),
            ports,
            settings,
        };
        Ok(Self { post: Arc::new(post), writing: Box::pin(writing), cut })
    }

    /// Works until `stop`: then it claims nothing more, and sessions have the drain's time to finish.
    pub async fn run(self, stop: CancellationToken) {
        let Self { post, writing, cut } = self;
        // ends with this future, however that ends
        let mut writer = JoinSet::new();
        writer.spawn(writing);
        let mut epoch = post.begin_epoch().await;
        post.recover().await;
        let mut under_way = UnderWay::default();
        let mut look = true;
        // by the clock, however much there is to do in between: what dead workers held must not wait for a quiet moment
        let poll = post.settings.work.poll.max(Duration::from_millis(1));
        let mut rounds = tokio::time::interval_at(tokio::time::Instant::now() + poll, poll);
        rounds.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        while !stop.is_cancelled() {
            let room = post.room(&under_way);
            // while there is work, messages are claimed in groups; somebody who rang is heard at once
            if epoch.is_ours() && (look || room.messages > post.pace.places() / 3) {
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
                () = post.ports.bell.notified() => look = true,
                _ = rounds.tick() => {
                    look = true;
                    post.look_at_epoch(&mut epoch).await;
                    post.recover().await;
                    post.pool.close_idle();
                }
                () = under_way.next(&post), if !under_way.is_empty() => {}
            }
        }
        post.stopping.cancel();
        post.drain(&cut, under_way).await;
    }
}

impl Post {
    async fn drain(&self, cut: &CancellationToken, mut under_way: UnderWay) {
        if tokio::time::timeout(self.settings.work.drain, under_way.all(self)).await.is_err() {
            tracing::warn!(mails = under_way.len(), "mails were under way when the time to finish was over");
            cut.cancel();
            let _ = tokio::time::timeout(LAST_WORDS, under_way.all(self)).await;
        }
        self.pool.close_all().await;
    }

    fn room(&self, under_way: &UnderWay) -> Room {
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        let messages = self.pace.places().saturating_sub(count(under_way.len()));
        let bulk = self.pace.bulk_places().saturating_sub(count(under_way.bulk()));
        Room { channel: Channel::Email, messages, bulk: bulk.min(messages) }
    }

    async fn claim(&self, room: Room) -> Vec<Claimed> {
        if room.messages == 0 {
            return Vec::new();
        }
        let Ports { outbox, clock, scope, .. } = &self.ports;
        outbox.claim(scope, room, self.lease, clock.now()).await.unwrap_or_else(|error| {
            tracing::warn!(%error, "the outbox cannot be read");
            Vec::new()
        })
    }

    /// Takes back what the dead held.
    async fn recover(&self) {
        let Ports { outbox, clock, scope, .. } = &self.ports;
        match outbox.recover(scope, Channel::Email, clock.now()).await {
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
        let now = self.ports.clock.now();
        let expired = claimed.message.expires.is_some_and(|expires| expires <= now);
        if expired || claimed.tries >= self.settings.retry.attempts {
            return Fate::Hold;
        }
        let after = |pause: SignedDuration| now.checked_add(pause).unwrap_or(now);
        match claimed.message.content.on_unknown() {
            // at once; a relay that keeps cutting is not asked again and again without a pause
            UnknownPolicy::SendAgain => Fate::SendAgain(match claimed.tries {
                0 | 1 => now,
                tries => after(self.settings.retry.pause(tries - 1)),
            }),
            UnknownPolicy::SendAgainLater => match SignedDuration::try_from(self.settings.retry.unknown_hold) {
                Ok(hold) if !hold.is_zero() => Fate::HoldUntil(after(hold)),
                _ => Fate::Hold,
            },
        }
    }
}
