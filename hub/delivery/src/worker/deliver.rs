//! One message, from its claim to its outcome, in the order that loses nothing.

use std::convert::Infallible;

use komunala_app::ports::{letters::ComposeError, outbox::Claimed};
use tokio::time::Instant;
use tracing::Instrument as _;

use super::{Ports, Post, pool::Lane};
use crate::{
    failpoints,
    message::{self, Mail, MessageError},
    smtp::{Accepted, SmtpError, Verdict},
};

/// What became of a message in one attempt.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// The relay took it.
    Accepted(Accepted),
    /// Not now.
    Deferred(Setback),
    /// Never.
    Failed(Setback),
    /// It was given up because it is of no use any more.
    Pointless(&'static str),
    /// The relay may have it.
    Unknown(SmtpError),
    /// Somebody else has it: its lease ran out, and what happened here counts no longer.
    Superseded,
}

/// What kept a message from being sent. Holds no personal data.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Setback {
    #[error(transparent)]
    Smtp(#[from] SmtpError),
    #[error("the letter cannot be composed: {0}")]
    Compose(ComposeError),
    #[error(transparent)]
    Message(#[from] MessageError),
    #[error("the outbox did not answer: {0}")]
    Outbox(komunala_app::ports::StoreError),
}

impl From<SmtpError> for Outcome {
    fn from(error: SmtpError) -> Self {
        match error.verdict() {
            Verdict::Deferred => Self::Deferred(error.into()),
            Verdict::Failed => Self::Failed(error.into()),
            Verdict::Unknown => Self::Unknown(error),
        }
    }
}

impl Post {
    /// Sends a claimed message and writes down what became of it.
    pub(super) async fn see_to(&self, claimed: Claimed) {
        let span = tracing::info_span!(
            "send mail",
            message = %claimed.message.id,
            tenant = %claimed.tenant,
            provider = %claimed.message.provider,
            purpose = claimed.message.content.purpose(),
            attempt = claimed.attempt,
        );
        let work = async {
            tokio::select! {
                () = self.work_through(&claimed) => {}
                never = self.hold(&claimed) => match never {},
            }
        };
        work.instrument(span).await;
    }

    async fn work_through(&self, claimed: &Claimed) {
        let began = Instant::now();
        failpoints::reach(failpoints::CLAIMED);
        let (outcome, lane) = Box::pin(self.send(claimed)).await;
        if matches!(outcome, Outcome::Accepted(_)) {
            failpoints::reach(failpoints::ANSWERED);
        }
        self.metrics.count(claimed, &outcome, began.elapsed());
        // before anybody waits for the answer to a QUIT
        self.record(claimed, outcome).await;
        if let Some(lane) = lane {
            self.pool.give_back(lane).await;
        }
    }

    /// Renews the lease for as long as the message is under way. A lease that is lost is no reason to stop: before the body
    /// the outbox refuses `data_started`, and after it stopping would only make more of a mess.
    async fn hold(&self, claimed: &Claimed) -> Infallible {
        let Ports { outbox, scope, clock, .. } = &self.ports;
        loop {
            tokio::time::sleep(self.settings.work.lease / 3).await;
            match outbox.renew(scope, claimed.message.id, claimed.attempt, self.lease, clock.now()).await {
                Ok(true) => {}
                Ok(false) => tracing::warn!("the lease is lost"),
                Err(error) => tracing::warn!(%error, "the lease cannot be renewed"),
            }
        }
    }

    async fn send(&self, claimed: &Claimed) -> (Outcome, Option<Lane>) {
        if self.is_expired(claimed) {
            return (Outcome::Pointless("expired"), None);
        }
        let mail = match self.compose(claimed).await {
            Ok(mail) => mail,
            Err(outcome) => return (outcome, None),
        };
        let mut lane = match self.pool.take().await {
            Ok(lane) => lane,
            Err(error) => return (error.into(), None),
        };
        let outcome = self.hand_over(&mut lane, claimed, &mail).await;
        (outcome, Some(lane))
    }

    async fn compose(&self, claimed: &Claimed) -> Result<Mail, Outcome> {
        let composed = self.ports.compose.compose(claimed).await.map_err(|error| match error {
            ComposeError::Pointless => Outcome::Pointless("there is nothing left to say"),
            error => Outcome::Deferred(Setback::Compose(error)),
        })?;
        message::build(claimed, &composed, &self.settings.sender, self.ports.clock.now())
            .map_err(|error| Outcome::Failed(error.into()))
    }

    async fn hand_over(&self, lane: &mut Lane, claimed: &Claimed, mail: &Mail) -> Outcome {
        let transaction = match lane.session.begin(&mail.from, &mail.to).await {
            Ok(transaction) => transaction,
            Err(error) => return error.into(),
        };
        // returning from here on drops the transaction, and its session with it
        failpoints::reach(failpoints::BEFORE_DATA_STARTED);
        if self.is_expired(claimed) {
            return Outcome::Pointless("expired");
        }
        match self.ports.outbox.data_started(&self.ports.scope, claimed.message.id, claimed.attempt).await {
            Ok(true) => {}
            Ok(false) => return Outcome::Superseded,
            Err(error) => return Outcome::Deferred(Setback::Outbox(error)),
        }
        failpoints::reach(failpoints::DATA_STARTED);
        transaction.send(&mail.bytes).await.map_or_else(Outcome::from, Outcome::Accepted)
    }

    fn is_expired(&self, claimed: &Claimed) -> bool {
        claimed.message.expires.is_some_and(|expires| expires <= self.ports.clock.now())
    }
}
