//! One message, from its claim to its outcome, in the order that loses nothing.

use std::convert::Infallible;

use jiff::SignedDuration;
use komunala_app::ports::{
    StoreError,
    letters::ComposeError,
    outbox::{Claimed, Step},
    text_gateways::SubmitError,
};
use komunala_domain::Sha256;
use tokio::time::Instant;
use tracing::Instrument as _;

use super::{Carrier, Desk, Lease, Post, under_way::Sent, written};
use crate::{
    failpoints,
    message::MessageError,
    smtp::{SmtpError, Verdict},
};

/// What became of a message in one attempt.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// The relay or the gateway took it, and calls it so; empty where it says no name.
    Accepted(String),
    /// Not now.
    Deferred(Setback),
    /// It was not tried: its turn comes later.
    PutOff(SignedDuration),
    /// Never.
    Failed(Setback),
    /// It was given up because it is of no use any more.
    Pointless(&'static str),
    /// The other side may have it.
    Unknown(Setback),
    /// Somebody else has it: its lease ran out, and what happened here counts no longer.
    Superseded,
}

/// What kept a message from being sent. Holds no personal data.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Setback {
    #[error(transparent)]
    Smtp(#[from] SmtpError),
    #[error(transparent)]
    Gateway(#[from] SubmitError),
    #[error("{0}")]
    Unsendable(&'static str),
    #[error("it cannot be composed: {0}")]
    Compose(ComposeError),
    #[error(transparent)]
    Message(#[from] MessageError),
    #[error("a document could not be read: {0}")]
    Document(StoreError),
    #[error("there is no document {0}")]
    NoDocument(Sha256),
    #[error("the outbox did not answer: {0}")]
    Outbox(StoreError),
}

impl From<SmtpError> for Outcome {
    fn from(error: SmtpError) -> Self {
        match error.verdict() {
            Verdict::Deferred => Self::Deferred(error.into()),
            Verdict::Failed => Self::Failed(error.into()),
            Verdict::Unknown => Self::Unknown(error.into()),
        }
    }
}

impl From<SubmitError> for Outcome {
    fn from(error: SubmitError) -> Self {
        match error {
            SubmitError::Later(_) => Self::Deferred(error.into()),
            SubmitError::Refused(_) => Self::Failed(error.into()),
            SubmitError::Unknown(_) => Self::Unknown(error.into()),
        }
    }
}

impl<C: Carrier> Post<C> {
    /// Sends a claimed message and writes down what became of it.
    pub(super) async fn see_to(&self, claimed: Claimed, sent: Sent) {
        let span = tracing::info_span!(
            "send message",
            channel = C::CHANNEL.word(),
            message = %claimed.message.id,
            tenant = %claimed.tenant,
            provider = %claimed.message.provider,
            purpose = claimed.message.content.purpose(),
            attempt = claimed.attempt,
        );
        let lease = Lease::until(Instant::now() + self.hours.lease);
        let work = async {
            tokio::select! {
                () = self.work_through(&claimed, &lease, &sent) => {}
                never = self.hold(&claimed, &lease) => match never {},
            }
        };
        work.instrument(span).await;
    }

    async fn work_through(&self, claimed: &Claimed, lease: &Lease, sent: &Sent) {
        let began = Instant::now();
        failpoints::reach(failpoints::CLAIMED);
        let (outcome, held) = Box::pin(C::send(self, claimed, lease)).await;
        if matches!(outcome, Outcome::Accepted(_)) {
            failpoints::reach(failpoints::ANSWERED);
        }
        self.carrier.learn(claimed, &outcome);
        self.metrics.count(claimed, &outcome, began.elapsed());
        let (writing, written) = written::outcome();
        let held = match outcome {
            Outcome::Accepted(_) => {
                let kept = held.and_then(|held| self.carrier.pass_on(held, written));
                if kept.is_none() {
                    sent.set();
                }
                kept
            }
            _ => held,
        };
        // before anybody waits for what ends a session
        self.record(claimed, outcome).await;
        drop(writing);
        if let Some(held) = held {
            self.carrier.release(held).await;
        }
    }

    /// Renews the lease for as long as the message is under way. A lease that is lost is no reason to stop: before the body
    /// the outbox refuses `data_started`, before the final dot the lease is asked once more, and behind that only the answer
    /// tells what became of the message.
    async fn hold(&self, claimed: &Claimed, lease: &Lease) -> Infallible {
        let Desk { outbox, scope, clock, .. } = &self.desk;
        loop {
            tokio::time::sleep(self.hours.lease / 3).await;
            let from = Instant::now();
            match outbox.renew(scope, claimed.message.id, claimed.attempt, self.lease, clock.now()).await {
                Ok(true) => lease.extend(from + self.hours.lease),
                Ok(false) => tracing::warn!("the lease is lost"),
                Err(error) => tracing::warn!(%error, "the lease cannot be renewed"),
            }
        }
    }

    /// Waits for what others have, unless the hub stops: then the message is left to another.
    pub(crate) async fn unless_stopping<T>(&self, waiting: impl Future<Output = T>) -> Result<T, Outcome> {
        tokio::select! {
            biased;
            got = waiting => Ok(got),
            () = self.stopping.cancelled() => Err(Outcome::PutOff(SignedDuration::ZERO)),
        }
    }

    /// Makes durable that the body is about to leave; only then it may.
    pub(crate) async fn begin_body(&self, claimed: &Claimed) -> Result<(), Outcome> {
        failpoints::reach(failpoints::BEFORE_DATA_STARTED);
        if self.is_expired(claimed) {
            return Err(Outcome::Pointless("expired"));
        }
        match self.steps.hand_in(Step::DataStarted(claimed.attempt())).await {
            Ok(true) => {}
            Ok(false) => return Err(Outcome::Superseded),
            Err(error) => return Err(Outcome::Deferred(Setback::Outbox(error))),
        }
        failpoints::reach(failpoints::DATA_STARTED);
        Ok(())
    }

    pub(crate) fn is_expired(&self, claimed: &Claimed) -> bool {
        claimed.message.expires.is_some_and(|expires| expires <= self.desk.clock.now())
    }
}
