//! Writing down what became of a message.

use std::{future::Future, time::Duration};

use jiff::{SignedDuration, Timestamp};
use komunala_app::ports::{
    StoreError,
    letters::ComposeError,
    outbox::{Acceptance, Claimed, Step},
};

use super::{
    Carrier, Desk, Post,
    deliver::{Outcome, Setback},
};
use crate::failpoints;

/// Tries at writing an outcome down, and the first pause between them. What cannot be written is taken back when the
/// lease runs out: after a 250 that is a copy, so it is worth some patience.
const TRIES: u32 = 6;
const FIRST_PAUSE: Duration = Duration::from_millis(100);

impl<C: Carrier> Post<C> {
    pub(super) async fn record(&self, claimed: &Claimed, outcome: Outcome) {
        match outcome {
            Outcome::Accepted(queue_id) => {
                tracing::info!(queue_id, "accepted");
                let at = self.desk.clock.now();
                let acceptance = Acceptance { attempt: claimed.attempt(), queue_id, at };
                self.write(|| self.steps.hand_in(Step::Accepted(acceptance.clone()))).await;
                failpoints::reach(failpoints::ACCEPTED);
            }
            Outcome::Deferred(setback) => self.record_deferred(claimed, &setback).await,
            Outcome::PutOff(wait) => self.record_put_off(claimed, wait).await,
            Outcome::Failed(setback) => {
                tracing::warn!(reason = %setback, "failed");
                self.record_failed(claimed, &setback.to_string()).await;
                C::given_up(self, claimed, &setback).await;
            }
            Outcome::Pointless(why) => {
                tracing::info!(reason = why, "given up");
                self.record_failed(claimed, why).await;
            }
            Outcome::Unknown(error) => {
                tracing::warn!(reason = %error, "cut before its answer: nobody knows whether it was taken");
                self.record_unknown(claimed).await;
            }
            Outcome::Superseded => tracing::warn!("another worker has it"),
        }
    }

    async fn record_deferred(&self, claimed: &Claimed, setback: &Setback) {
        let reason = setback.to_string();
        let pause = match setback {
            Setback::Smtp(error) if error.is_greylisting() => self.retry.greylisted_pause(claimed.tries),
            _ => self.retry.pause(claimed.tries),
        };
        let retry_at = match setback {
            Setback::Compose(ComposeError::NotYet { until: Some(until), .. }) => self.after(pause).max(*until),
            _ => self.after(pause),
        };
        if claimed.tries >= self.retry.attempts {
            tracing::warn!(reason, "given up after the last attempt");
            return self.record_failed(claimed, &format!("given up: {reason}")).await;
        }
        if claimed.message.expires.is_some_and(|expires| expires <= retry_at) {
            tracing::warn!(reason, "expires before it could be tried again");
            return self.record_failed(claimed, &format!("expired: {reason}")).await;
        }
        tracing::warn!(reason, %retry_at, "deferred");
        self.write(|| {
            let Self { desk, .. } = self;
            desk.outbox.deferred(&desk.scope, claimed.message.id, claimed.attempt, retry_at, &reason)
        })
        .await;
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
        let Desk { outbox, scope, .. } = &self.desk;
        self.write(|| outbox.put_off(scope, claimed.attempt(), until)).await;
    }

    fn after(&self, pause: SignedDuration) -> Timestamp {
        let now = self.desk.clock.now();
        now.checked_add(pause).unwrap_or(now)
    }

    async fn record_failed(&self, claimed: &Claimed, reason: &str) {
        self.write(|| {
            let Self { desk, .. } = self;
            desk.outbox.failed(&desk.scope, claimed.message.id, claimed.attempt, reason)
        })
        .await;
    }

    pub(super) async fn record_unknown(&self, claimed: &Claimed) {
        let fate = self.fate(claimed);
        self.write(|| {
            let Self { desk, .. } = self;
            desk.outbox.unknown(&desk.scope, claimed.message.id, claimed.attempt, fate)
        })
        .await;
    }

    /// The message's task panicked, nobody knows where. A message whose body may have left is unknown; the outbox takes that
    /// of no other.
    pub(super) async fn record_dropped(&self, claimed: &Claimed) {
        let Desk { outbox, scope, .. } = &self.desk;
        let (id, attempt) = (claimed.message.id, claimed.attempt);
        if let Ok(false) = outbox.unknown(scope, id, attempt, self.fate(claimed)).await {
            let retry_at = self.after(self.retry.pause(claimed.tries));
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
