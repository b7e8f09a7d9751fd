//! Mail: a letter becomes a mail, and goes to the relay over a session.
//!
//! A mail takes what it needs in this order: a turn with its recipient's domain, memory, a seat with the relay, a session.
//! Whoever must wait long for the first goes back to the queue; the others are everybody's who has the same relay.

mod documents;
mod pool;
mod routes;

use std::sync::Arc;

use jiff::SignedDuration;
use komunala_app::ports::{
    Bounces, Compose, Documents,
    bounces::{Bounce, BounceKind, EnhancedStatus},
    letters::ComposeError,
    outbox::{Claimed, Whose},
};
use komunala_domain::{Channel, EmailAddress};
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;

use self::{
    pool::{Lane, Pool},
    routes::Route,
};
use crate::{
    message::{self, MessageError},
    pace::{Later, Pace, Seat, Turn},
    settings::MailSettings,
    smtp::{Cause, Envelope, Relay, Reply, SetupError},
    worker::{Carrier, Desk, Hours, Lease, Outcome, Post, Service, Setback, Written, settled},
};

/// What the worker needs of the world.
#[derive(Clone)]
pub struct Ports {
    /// What every worker needs.
    pub desk: Desk,
    /// What turns messages into letters.
    pub compose: Arc<dyn Compose>,
    /// Where it is written down whom mail does not reach.
    pub bounces: Arc<dyn Bounces>,
    /// Where the documents are that go with them.
    pub documents: Arc<dyn Documents>,
}

/// Sends the mail that is in the outbox: over the relay, and over their own that of the providers that have one.
///
/// Each relay has sessions, a pace and memory for itself. One that hangs or refuses keeps back the mail that goes over it,
/// and no other.
pub struct Worker {
    services: Vec<Service<Mail>>,
    /// Rung for all of them.
    bell: Arc<Notify>,
    bells: Vec<Arc<Notify>>,
}

impl Worker {
    /// Checks the settings and makes a worker.
    pub fn new(ports: Ports, settings: MailSettings) -> Result<Self, SetupError> {
        let settings = Arc::new(settings);
        let (mut services, mut bells) = (Vec::new(), Vec::new());
        for route in Route::all(&settings) {
            let bell = Arc::new(Notify::new());
            let desk = Desk { bell: bell.clone(), ..ports.desk.clone() };
            services.push(Mail::service(Ports { desk, ..ports.clone() }, route, settings.clone())?);
            bells.push(bell);
        }
        Ok(Self { services, bell: ports.desk.bell, bells })
    }

    /// Works until `stop`: then it claims nothing more, and sessions have the drain's time to finish.
    pub async fn run(self, stop: CancellationToken) {
        let Self { services, bell, bells } = self;
        let ringing = async {
            loop {
                bell.notified().await;
                bells.iter().for_each(|one| one.notify_one());
            }
        };
        let working = futures::future::join_all(services.into_iter().map(|service| service.run(stop.clone())));
        tokio::select! {
            _ = working => {}
            () = ringing => {}
        }
    }
}

/// What carries the mail of those who share a relay.
pub(crate) struct Mail {
    settings: Arc<MailSettings>,
    route: Route,
    compose: Arc<dyn Compose>,
    bounces: Arc<dyn Bounces>,
    documents: Arc<dyn Documents>,
    pool: Pool,
    pace: Arc<Pace>,
    /// In units of [`documents`].
    memory: Arc<Semaphore>,
}

impl Mail {
    fn service(ports: Ports, route: Route, settings: Arc<MailSettings>) -> Result<Service<Self>, SetupError> {
        let cut = CancellationToken::new();
        let work = &settings.work;
        let hours =
            Hours { poll: work.poll, drain: work.drain, lease: work.lease, receipts_within: std::time::Duration::ZERO };
        let Ports { desk, compose, bounces, documents } = ports;
        let retry = settings.retry.clone();
        let mail = Self {
            pool: Pool::new(Relay::new(route.relay(&settings))?, work, cut.clone()),
            pace: Pace::new(work.sessions, work.sessions, settings.limits.clone()),
            memory: Arc::new(Semaphore::new(documents::units(u64::from(work.memory)) as usize)),
            route,
            compose,
            bounces,
            documents,
            settings,
        };
        Ok(Service::new(desk, mail, retry, hours, cut))
    }
}

/// A mail that has everything it needs but a session.
struct Prepared {
    mail: message::Mail,
    places: Places,
}

/// What a mail under way takes from others.
struct Places {
    _seat: Seat,
    _memory: OwnedSemaphorePermit,
    _turn: Turn,
}

/// The session of a mail, and its places.
pub(crate) struct Held {
    lane: Option<Lane>,
    places: Places,
}

impl Carrier for Mail {
    const CHANNEL: Channel = Channel::Email;

    type Held = Held;

    fn whose(&self) -> Whose<'_> {
        self.route.whose()
    }

    fn places(&self) -> (u32, u32) {
        (self.pace.places(), self.pace.bulk_places())
    }

    async fn send(post: &Post<Self>, claimed: &Claimed, lease: &Lease) -> (Outcome, Option<Held>) {
        let Prepared { mail, places } = match prepare(post, claimed).await {
            Ok(prepared) => prepared,
            Err(outcome) => return (outcome, None),
        };
        let mut lane = None;
        let outcome = loop {
            let taken = match post.carrier.pool.take().await {
                Ok(taken) => lane.insert(taken),
                Err(error) => break error.into(),
            };
            let error = match taken.session.begin(&mail.from, &mail.to).await {
                Ok(envelope) => {
                    break hand_over(post, envelope, taken.before.take(), (claimed, lease), &mail).await;
                }
                Err(error) => error,
            };
            if !taken.was_closed(&error) {
                break error.into();
            }
            // that is no fault of this mail: there is another session
            settled(taken.before.take()).await;
            lane = None;
        };
        (outcome, Some(Held { lane, places }))
    }

    /// What an outcome tells of how much the relay and the recipient's domain bear.
    fn learn(&self, claimed: &Claimed, outcome: &Outcome) {
        let Some(domain) = claimed.message.recipient.email().map(EmailAddress::domain) else { return };
        match outcome {
            Outcome::Accepted(_) => self.pace.succeeded(domain),
            Outcome::Deferred(Setback::Smtp(error))
            | Outcome::Failed(Setback::Smtp(error))
            | Outcome::Unknown(Setback::Smtp(error)) => {
                self.pace.failed(domain, error);
            }
            _ => {}
        }
    }

    /// A server that knows said that there is nobody: that is what a mail that comes back says, only sooner.
    async fn given_up(post: &Post<Self>, claimed: &Claimed, setback: &Setback) {
        let Setback::Smtp(error) = setback else { return };
        if !error.is_no_such_recipient() {
            return;
        }
        let Cause::Refused(Reply { enhanced: Some((class, subject, detail)), .. }) = error.cause else { return };
        let status = EnhancedStatus(class, subject, detail);
        let bounce = Bounce { message: claimed.message.id, kind: BounceKind::Hard, status, report: None };
        let Desk { scope, clock, .. } = &post.desk;
        if let Err(error) = post.carrier.bounces.bounced(scope, bounce, clock.now()).await {
            tracing::warn!(%error, "it cannot be written down whom mail does not reach");
        }
    }

    /// A session that stays open, and with it the seat: whoever has it next is at its body only when the outcome is written
    /// down.
    fn pass_on(&self, held: Held, written: Written) -> Option<Held> {
        let Held { lane: Some(lane), places } = held else { return Some(held) };
        let closing = self.pool.pass_on(lane, written)?;
        Some(Held { lane: Some(closing), places })
    }

    async fn release(&self, Held { lane, places }: Held) {
        if let Some(lane) = lane {
            self.pool.give_back(lane).await;
        }
        // only now: a seat is a session, and this one may just have been closed
        drop(places);
    }

    fn tidy(&self) {
        self.pool.close_idle();
    }

    async fn close(&self) {
        self.pool.close_all().await;
    }
}

/// Everything that a mail needs before its session: see the order above.
async fn prepare(post: &Post<Mail>, claimed: &Claimed) -> Result<Prepared, Outcome> {
    let (mail, message) = (&post.carrier, &claimed.message);
    if post.is_expired(claimed) {
        return Err(Outcome::Pointless("expired"));
    }
    let later = |Later(wait)| Outcome::PutOff(SignedDuration::try_from(wait).unwrap_or(SignedDuration::MAX));
    let no_mailbox = || Outcome::Failed(MessageError::Address("recipient").into());
    let domain = message.recipient.email().map(EmailAddress::domain).ok_or_else(no_mailbox)?;
    let turn = post.unless_stopping(mail.pace.turn(domain)).await?.map_err(later)?;
    let composed = mail.compose.compose(claimed).await.map_err(uncomposed)?;
    let memory = post.unless_stopping(mail.memory_for(&composed)).await?;
    let files = mail.enclosed(&post.desk.scope.tenant(claimed.tenant.clone()), &composed).await?;
    let written = message::build(claimed, &composed, &files, &mail.settings.sender, post.desk.clock.now())
        .map_err(|error| Outcome::Failed(error.into()))?;
    let seat = post.unless_stopping(mail.pace.seat(message.content.priority())).await?;
    Ok(Prepared { mail: written, places: Places { _seat: seat, _memory: memory, _turn: turn } })
}

/// A transaction that is dropped here takes its session with it. The relay is asked for DATA while it is written down that a
/// body leaves. Of each session one mail at most has a body that left and no outcome that is written down: the next body
/// waits for that, and nothing else of the next mail does.
async fn hand_over(
    post: &Post<Mail>,
    envelope: Envelope<'_>,
    before: Option<Written>,
    (claimed, lease): (&Claimed, &Lease),
    mail: &message::Mail,
) -> Outcome {
    let (begun, transaction, ()) =
        futures::future::join3(post.begin_body(claimed), envelope.data(), settled(before)).await;
    if let Err(outcome) = begun {
        return outcome;
    }
    let sent = async { transaction?.send_while(&mail.bytes, lease.clone()).await };
    match sent.await {
        Ok(accepted) => Outcome::Accepted(accepted.queue_id.unwrap_or_default()),
        Err(error) => error.into(),
    }
}

/// When a message comes back whose documents could not be fetched because others' are.
const BUSY: SignedDuration = SignedDuration::from_secs(1);

/// What becomes of a message that nobody could compose.
pub(crate) fn uncomposed(error: ComposeError) -> Outcome {
    match error {
        ComposeError::Pointless => Outcome::Pointless("there is nothing left to say"),
        ComposeError::Busy => Outcome::PutOff(BUSY),
        ComposeError::OtherChannel => Outcome::Failed(Setback::Compose(error)),
        error => Outcome::Deferred(Setback::Compose(error)),
    }
}
