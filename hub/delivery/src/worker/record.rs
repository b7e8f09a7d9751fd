//! Writing down what became of a message.

use std::{future::Future, time::Duration};

use jiff::{SignedDuration, Timestamp};
use komunala_app::ports::{
    StoreError,
    bounces::{Bounce, BounceKind, EnhancedStatus},
    letters::ComposeError,
    outbox::{Acceptance, Claimed},
};

use super::{
    Ports, Post,
    deliver::{Outcome, Setback},
};
use crate::{
    failpoints,
    smtp::{Cause, Reply},
};

/// Tries at writing an outcome down, and the first pause between them. What cannot be written is taken back when the
/// lease runs out: after a 250 that is a copy, so it is worth some patience.
const TRIES: u32 = 6;
const FIRST_PAUSE: Duration = Duration::from_millis(100);

impl Post {
    pub(super) async fn record(&self, claimed: &Claimed, outcome: Outcome) {
        match outcome {
            Outcome::Accepted(accepted) => {
                let queue_id = accepted.queue_id.unwrap_or_default();
                tracing::info!(queue_id, "accepted by the relay");
                let at = self.ports.clock.now();
                let acceptance = Acceptance { attempt: claimed.attempt(), queue_id, at };
                self.write(|| self.groups.accepted(acceptance.clone())).await;
                failpoints::reach(failpoints::ACCEPTED);
            }
            Outcome::Deferred(setback) => self.record_deferred(claimed, &setback).await,
            Outcome::PutOff(wait) => self.record_put_off(claimed, wait).await,
            Outcome::Failed(setback) => {
                tracing::warn!(reason = %setback, "failed");
                self.record_failed(claimed, &setback.to_string()).await;
                self.take_note(claimed, &setback).await;
            }
            Outcome::Pointless(why) => {
                tracing::info!(reason = why, "given up");
                self.record_failed(claimed, why).await;
            }
            Outcome::Unknown(error) => {
                tracing::warn!(reason = %error, "cut between the final dot and its answer");
                self.record_unknown(claimed).await;
            }
            Outcome::Superseded => tracing::warn!("another worker has it"),
        }
    }

    async fn record_deferred(&self, claimed: &Claimed, setback: &Setback) {
        let reason = setback.to_string();
        let pause = match setback {
            Setback::Smtp(error) if error.is_greylisting() => self.settings.retry.greylisted_pause(claimed.tries),
            _ => self.settings.retry.pause(claimed.tries),
        };
        let retry_at = match setback {
            Setback::Compose(ComposeError::NotYet { until: Some(until), .. }) => self.after(pause).max(*until),
            _ => self.after(pause),
        };
        if claimed.tries >= self.settings.retry.attempts {
            tracing::warn!(reason, "given up after the last attempt");
            return self.record_failed(claimed, &format!("given up: {reason}")).await;
        }
        if claimed.message.expires.is_some_and(|expires| expires <= retry_at) {
            tracing::warn!(reason, "expires before it could be tried again");
            return self.record_failed(claimed, &format!("expired: {reason}")).await;
        }
        tracing::warn!(reason, %retry_at, "deferred");
        self.write(|| {
            let Self { ports, .. } = self;
            ports.outbox.deferred(&ports.scope, claimed.message.id, claimed.attempt, retry_at, &reason)
        })
        .await;
    }

    /// A server that knows said that there is nobody: that is what a mail that comes back says, only sooner.
    async fn take_note(&self, claimed: &Claimed, setback: &Setback) {
        let Setback::Smtp(error) = setback else { return };
        if !error.is_no_such_recipient() {
            return;
        }
        let Cause::Refused(Reply { enhanced: Some((class, subject, detail)), .. }) = error.cause else { return };
        let status = EnhancedStatus(class, subject, detail);
        let bounce = Bounce { message: claimed.message.id, kind: BounceKind::Hard, status };
        let Ports { bounces, scope, clock, .. } = &self.ports;
        if let Err(error) = bounces.bounced(scope, bounce, clock.now()).await {
            tracing::warn!(%error, "it cannot be written down whom mail does not reach");
        }
    }

    /// Nothing was tried. What was put off together does not come back together.
    async fn record_put_off(&self, claimed: &Claimed, wait: SignedDuration) {
        let spread = SignedDuration::from_millis(rand::random_range(
            0..=i64::try_from(wait.as_millis()).unwrap_or(i64::MAX) / 2,
        ));
        let until = self.after(wait.saturating_add(spread));
        if claimed.message.expires.is_some_and(|expires| expires <= until) {
            return self.record_failed(claimed, "expired before its turn came").await;
        }
        let Ports { outbox, scope, .. } = &self.ports;
        self.write(|| outbox.put_off(scope, claimed.attempt(), until)).await;
    }

    fn after(&self, pause: SignedDuration) -> Timestamp {
        let now = self.ports.clock.now();
        now.checked_add(pause).unwrap_or(now)
    }

    async fn record_failed(&self, claimed: &Claimed, reason: &str) {
        self.write(|| {
            let Self { ports, .. } = self;
            ports.outbox.failed(&ports.scope, claimed.message.id, claimed.attempt, reason)
        })
        .await;
    }

    pub(super) async fn record_unknown(&self, claimed: &Claimed) {
        let fate = self.fate(claimed);
        self.write(|| {
            let Self { ports, .. } = self;
            ports.outbox.unknown(&ports.scope, claimed.message.id, claimed.attempt, fate)
        })
        .await;
    }

    /// The mail's task panicked, nobody knows where. A message whose body may have left is unknown; the outbox takes that
    /// of no other.
    pub(super) async fn record_dropped(&self, claimed: &Claimed) {
        let Ports { outbox, scope, .. } = &self.ports;
        let (id, attempt) = (claimed.message.id, claimed.attempt);
        if let Ok(false) = outbox.unknown(scope, id, attempt, self.fate(claimed)).await {
            let retry_at = self.after(self.settings.retry.pause(claimed.tries));
            self.write(|| outbox.deferred(scope, id, attempt, retry_at, "the hub failed")).await;
        }
    }

    async fn write<F: Future<Output = Result<bool, StoreError>>>(&self, step: impl Fn() -> F) {
        let mut pause = FIRST_PAUSE;
        for attempt in 1..=TRIES {
            match step().await {
                Ok(true) => return,
                Ok(false) => return tracing::warn!("another worker has it: the outcome counts no longer"),
                Err(error) if attempt == TRIES => tracing::error!(%error, "the outcome cannot be written down"),
                Err(error) => {
                    tracing::warn!(%error, "the outcome cannot be written down yet");
                    tokio::time::sleep(pause).await;
                    pause *= 2;
                }
            }
        }
    }
}
