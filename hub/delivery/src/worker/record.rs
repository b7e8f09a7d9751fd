//! Writing down what became of a message.

use std::{future::Future, time::Duration};

use komunala_app::ports::{StoreError, outbox::Claimed};

use super::{
    Ports, Post,
    deliver::{Outcome, Setback},
};
use crate::failpoints;

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
                self.write(|| {
                    let Self { ports, .. } = self;
                    ports.outbox.accepted(
                        &ports.scope,
                        claimed.message.id,
                        claimed.attempt,
                        &queue_id,
                        ports.clock.now(),
                    )
                })
                .await;
                failpoints::reach(failpoints::ACCEPTED);
            }
            Outcome::Deferred(setback) => self.record_deferred(claimed, &setback).await,
            Outcome::Failed(setback) => {
                tracing::warn!(reason = %setback, "failed");
                self.record_failed(claimed, &setback.to_string()).await;
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
        let now = self.ports.clock.now();
        let retry_at = now.checked_add(self.settings.retry.pause(claimed.attempt)).unwrap_or(now);
        if claimed.attempt >= self.settings.retry.attempts {
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

    async fn record_failed(&self, claimed: &Claimed, reason: &str) {
        self.write(|| {
            let Self { ports, .. } = self;
            ports.outbox.failed(&ports.scope, claimed.message.id, claimed.attempt, reason)
        })
        .await;
    }

    pub(super) async fn record_unknown(&self, claimed: &Claimed) {
        let send_again = self.send_again(claimed);
        self.write(|| {
            let Self { ports, .. } = self;
            ports.outbox.unknown(&ports.scope, claimed.message.id, claimed.attempt, send_again)
        })
        .await;
    }

    /// The mail's task panicked, nobody knows where. A message whose body may have left is unknown; the outbox takes that
    /// of no other.
    pub(super) async fn record_dropped(&self, claimed: &Claimed) {
        let Ports { outbox, scope, clock, .. } = &self.ports;
        let (id, attempt) = (claimed.message.id, claimed.attempt);
        if let Ok(false) = outbox.unknown(scope, id, attempt, self.send_again(claimed)).await {
            let now = clock.now();
            let retry_at = now.checked_add(self.settings.retry.pause(attempt)).unwrap_or(now);
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
