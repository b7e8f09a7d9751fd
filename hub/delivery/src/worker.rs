//! The worker: takes messages out of the outbox and sees each to its end.
//!
//! A message is claimed only when a session is free for it, and its lease is renewed while it is under way: whoever still
//! holds a message when its lease runs out is dead. Should it live after all, it is fenced off before the
//! body leaves.

mod deliver;
mod pool;
mod record;
mod under_way;

use std::{sync::Arc, time::Duration};

use jiff::SignedDuration;
use komunala_app::{
    ports::{
        Clock, Compose, Outbox,
        outbox::{Claimed, UnknownPolicy},
    },
    scope::SystemScope,
};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

pub(crate) use self::deliver::Outcome;
use self::{pool::Pool, under_way::UnderWay};
use crate::{
    metrics::Metrics,
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
    metrics: Metrics,
    lease: SignedDuration,
}

/// Sends what is in the outbox.
pub struct Worker {
    post: Arc<Post>,
    /// Cuts every session that is still under way when the drain is over.
    cut: CancellationToken,
}

impl Worker {
    /// Checks the settings and makes a worker.
    pub fn new(ports: Ports, settings: MailSettings) -> Result<Self, SetupError> {
        let cut = CancellationToken::new();
        let relay = Relay::new(&settings.relay)?;
        let post = Post {
            pool: Pool::new(relay, &settings.work, cut.clone()),
            metrics: Metrics::new(),
            lease: SignedDuration::try_from(settings.work.lease).unwrap_or(SignedDuration::MAX),
            ports,
            settings,
        };
        Ok(Self { post: Arc::new(post), cut })
    }

    /// Works until `stop`: then it claims nothing more, and sessions have the drain's time to finish.
    pub async fn run(self, stop: CancellationToken) {
        self.post.recover().await;
        let mut under_way = UnderWay::default();
        while !stop.is_cancelled() {
            let free = self.post.settings.work.sessions.max(1).saturating_sub(under_way.len());
            let claimed = self.post.claim(free).await;
            // there may be more where this came from
            let busy = claimed.len() == free;
            for claimed in claimed {
                under_way.start(&self.post, claimed);
            }
            tokio::select! {
                biased;
                () = stop.cancelled() => break,
                () = under_way.next(&self.post), if !under_way.is_empty() => {}
                () = self.post.ports.bell.notified(), if !busy => {}
                () = tokio::time::sleep(self.post.settings.work.poll) => {
                    self.post.recover().await;
                    self.post.pool.close_idle();
                }
            }
        }
        self.drain(under_way).await;
    }

    async fn drain(&self, mut under_way: UnderWay) {
        if tokio::time::timeout(self.post.settings.work.drain, under_way.all(&self.post)).await.is_err() {
            tracing::warn!(mails = under_way.len(), "mails were under way when the time to finish was over");
            self.cut.cancel();
            let _ = tokio::time::timeout(LAST_WORDS, under_way.all(&self.post)).await;
        }
        self.post.pool.close_all().await;
    }
}

impl Post {
    async fn claim(&self, free: usize) -> Vec<Claimed> {
        let Ok(limit @ 1..) = u32::try_from(free) else { return Vec::new() };
        let Ports { outbox, clock, scope, .. } = &self.ports;
        outbox.claim(scope, limit, self.lease, clock.now()).await.unwrap_or_else(|error| {
            tracing::warn!(%error, "the outbox cannot be read");
            Vec::new()
        })
    }

    /// Takes back what the dead held.
    async fn recover(&self) {
        let Ports { outbox, clock, scope, .. } = &self.ports;
        match outbox.recover(scope, clock.now()).await {
            Ok(cut_off) => {
                for claimed in cut_off {
                    self.record_unknown(&claimed).await;
                    self.metrics.lost_track(&claimed);
                }
            }
            Err(error) => tracing::warn!(%error, "what dead workers held cannot be taken back"),
        }
    }

    /// When a message whose fate is unknown is due again; never, where an operator must decide.
    fn send_again(&self, claimed: &Claimed) -> Option<jiff::Timestamp> {
        let now = self.ports.clock.now();
        let expired = claimed.message.expires.is_some_and(|expires| expires <= now);
        let tried_enough = claimed.attempt >= self.settings.retry.attempts;
        match claimed.message.content.on_unknown() {
            UnknownPolicy::SendAgain if !expired && !tried_enough => {
                // at once; a relay that keeps cutting is not asked again and again without a pause
                let pause = match claimed.attempt {
                    0 | 1 => SignedDuration::ZERO,
                    attempt => self.settings.retry.pause(attempt - 1),
                };
                Some(now.checked_add(pause).unwrap_or(now))
            }
            _ => None,
        }
    }
}
