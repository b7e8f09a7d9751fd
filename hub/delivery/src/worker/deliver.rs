//! One message, from its claim to its outcome, in the order that loses nothing.

use std::convert::Infallible;

use jiff::SignedDuration;
use komunala_app::ports::{StoreError, letters::ComposeError, outbox::Claimed};
use komunala_domain::Sha256;
use tokio::{sync::OwnedSemaphorePermit, time::Instant};
use tracing::Instrument as _;

use super::{Ports, Post, pool::Lane};
use crate::{
    failpoints,
    message::{self, Mail, MessageError},
    pace::{Later, Seat, Turn},
    smtp::{Accepted, SmtpError, Verdict},
};

/// When a message comes back whose documents could not be fetched because others' are.
const BUSY: SignedDuration = SignedDuration::from_secs(1);

/// What became of a message in one attempt.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// The relay took it.
    Accepted(Accepted),
    /// Not now.
    Deferred(Setback),
    /// It was not tried: its turn comes later.
    PutOff(SignedDuration),
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
    #[error("a document could not be read: {0}")]
    Document(StoreError),
    #[error("there is no document {0}")]
    NoDocument(Sha256),
    #[error("the outbox did not answer: {0}")]
    Outbox(StoreError),
}

/// What became of a mail, and what it held.
struct Sent {
    outcome: Outcome,
    lane: Option<Lane>,
    places: Option<Places>,
}

/// A mail that has everything it needs but a session.
struct Prepared {
    mail: Mail,
    held: Places,
}

/// What a mail under way takes from others.
struct Places {
    _seat: Seat,
    _memory: OwnedSemaphorePermit,
    _turn: Turn,
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
        let Sent { outcome, lane, places } = Box::pin(self.send(claimed)).await;
        if matches!(outcome, Outcome::Accepted(_)) {
            failpoints::reach(failpoints::ANSWERED);
        }
        self.learn(claimed, &outcome);
        self.metrics.count(claimed, &outcome, began.elapsed());
        // before anybody waits for the answer to a QUIT
        self.record(claimed, outcome).await;
        if let Some(lane) = lane {
            self.pool.give_back(lane).await;
        }
        // only now: a seat is a session, and this one may just have been closed
        drop(places);
    }

    /// What an outcome tells of how much the relay and the recipient's domain bear.
    fn learn(&self, claimed: &Claimed, outcome: &Outcome) {
        let domain = claimed.message.recipient.domain();
        match outcome {
            Outcome::Accepted(_) => self.pace.succeeded(domain),
            Outcome::Deferred(Setback::Smtp(error))
            | Outcome::Failed(Setback::Smtp(error))
            | Outcome::Unknown(error) => {
                self.pace.failed(domain, error);
            }
            _ => {}
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

    async fn send(&self, claimed: &Claimed) -> Sent {
        let mut places = None;
        let mut lane = None;
        let outcome = match self.prepare(claimed).await {
            Ok(Prepared { mail, held }) => {
                places = Some(held);
                match self.pool.take().await {
                    Ok(taken) => self.hand_over(lane.insert(taken), claimed, &mail).await,
                    Err(error) => error.into(),
                }
            }
            Err(outcome) => outcome,
        };
        Sent { outcome, lane, places }
    }

    /// Everything that a mail needs before its session: see the order in [`super`].
    async fn prepare(&self, claimed: &Claimed) -> Result<Prepared, Outcome> {
        let message = &claimed.message;
        if self.is_expired(claimed) {
            return Err(Outcome::Pointless("expired"));
        }
        let later = |Later(wait)| Outcome::PutOff(SignedDuration::try_from(wait).unwrap_or(SignedDuration::MAX));
        let turn = self.unless_stopping(self.pace.turn(message.recipient.domain())).await?.map_err(later)?;
        let composed = self.ports.compose.compose(claimed).await.map_err(|error| match error {
            ComposeError::Pointless => Outcome::Pointless("there is nothing left to say"),
            ComposeError::Busy => Outcome::PutOff(BUSY),
            error => Outcome::Deferred(Setback::Compose(error)),
        })?;
        let memory = self.unless_stopping(self.memory_for(&composed)).await?;
        let files = self.enclosed(claimed, &composed).await?;
        let mail = message::build(claimed, &composed, &files, &self.settings.sender, self.ports.clock.now())
            .map_err(|error| Outcome::Failed(error.into()))?;
        let seat = self.unless_stopping(self.pace.seat(message.content.priority())).await?;
        Ok(Prepared { mail, held: Places { _seat: seat, _memory: memory, _turn: turn } })
    }

    /// Waits for what others have, unless the hub stops: then the message is left to another.
    async fn unless_stopping<T>(&self, waiting: impl Future<Output = T>) -> Result<T, Outcome> {
        tokio::select! {
            biased;
            got = waiting => Ok(got),
            () = self.stopping.cancelled() => Err(Outcome::PutOff(SignedDuration::ZERO)),
        }
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
        match self.groups.data_started(claimed.attempt()).await {
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
