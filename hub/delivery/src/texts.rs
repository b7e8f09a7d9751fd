//! Short messages: a text is composed, held against what its number and its gateway may get, and handed to the gateway.

use std::sync::Arc;

use jiff::SignedDuration;
use komunala_app::ports::{
    outbox::Claimed,
    text_gateways::{OutgoingText, SubmitError},
    texts::{ComposeText, Postponed, Texting},
};
use komunala_domain::Channel;
use tokio_util::sync::CancellationToken;

use crate::{
    failpoints,
    mail::uncomposed,
    settings::TextSettings,
    worker::{Carrier, Desk, Hours, Lease, Outcome, Post, Service, Setback},
};

/// What the worker needs of the world.
#[derive(Clone)]
pub struct TextPorts {
    /// What every worker needs.
    pub desk: Desk,
    /// What turns messages into texts.
    pub compose: Arc<dyn ComposeText>,
    /// Which gateway a provider has, and what it may be sent.
    pub texting: Arc<dyn Texting>,
}

/// Sends the short messages that are in the outbox.
pub struct TextWorker(Service<Phones>);

impl TextWorker {
    /// A worker.
    pub fn new(ports: TextPorts, settings: TextSettings) -> Self {
        let TextSettings { at_once, retry, poll, drain, lease, receipts_within } = settings;
        let TextPorts { desk, compose, texting } = ports;
        let hours = Hours { poll, drain, lease, receipts_within };
        let phones = Phones { compose, texting, at_once };
        Self(Service::new(desk, phones, retry, hours, CancellationToken::new()))
    }

    /// Works until `stop`: then it claims nothing more, and what is under way has the drain's time to finish.
    pub async fn run(self, stop: CancellationToken) {
        self.0.run(stop).await;
    }
}

/// What carries short messages.
pub(crate) struct Phones {
    compose: Arc<dyn ComposeText>,
    texting: Arc<dyn Texting>,
    at_once: u32,
}

impl Carrier for Phones {
    const CHANNEL: Channel = Channel::Sms;

    type Held = ();

    fn places(&self) -> (u32, u32) {
        // what goes to very many leaves a quarter to those who wait for a code
        (self.at_once, self.at_once - self.at_once / 4)
    }

    async fn send(post: &Post<Self>, claimed: &Claimed, lease: &Lease) -> (Outcome, Option<()>) {
        (submit(post, claimed, lease).await.unwrap_or_else(|outcome| outcome), None)
    }

    fn learn(&self, _: &Claimed, _: &Outcome) {}

    async fn given_up(_: &Post<Self>, _: &Claimed, _: &Setback) {}

    async fn release(&self, (): ()) {}

    fn tidy(&self) {}

    async fn close(&self) {}
}

async fn submit(post: &Post<Phones>, claimed: &Claimed, lease: &Lease) -> Result<Outcome, Outcome> {
    let Phones { compose, texting, .. } = &post.carrier;
    if post.is_expired(claimed) {
        return Err(Outcome::Pointless("expired"));
    }
    let no_phone = || Outcome::Failed(Setback::Unsendable("the recipient is no phone number"));
    let to = claimed.message.recipient.phone().ok_or_else(no_phone)?;
    let route = texting.route(&claimed.message.provider);
    let route =
        route.ok_or(Outcome::Deferred(Setback::Unsendable("the provider has no gateway for short messages")))?;
    let text = compose.compose_text(claimed).await.map_err(uncomposed)?;
    let permitted = post.unless_stopping(texting.permit(claimed, to)).await?;
    match permitted.map_err(|error| Outcome::Deferred(Setback::Outbox(error)))? {
        Ok(()) => {}
        Err(Postponed::Until(wait)) => return Err(Outcome::PutOff(wait.max(SignedDuration::from_millis(50)))),
        Err(Postponed::Never(why)) => return Err(Outcome::Failed(Setback::Unsendable(why))),
    }
    // the request is one piece: from here on it may have left
    post.begin_body(claimed).await?;
    if !lease.lasts() {
        return Err(Outcome::Superseded);
    }
    let message = claimed.message.id;
    let outgoing = OutgoingText {
        message,
        to,
        text: &text,
        language: claimed.message.language,
        receipts_at: route.receipts_at.as_deref(),
    };
    let taken = match route.gateway.submit(&outgoing).await {
        Ok(taken) => taken,
        Err(error) => {
            if let SubmitError::Later(_) = error {
                // what did not go out is not counted; should that fail, one text less may go to this number today
                let _ = texting.not_sent(claimed, to).await;
            }
            return Err(error.into());
        }
    };
    failpoints::reach(failpoints::FINAL_DOT);
    post.metrics.segments(claimed, taken.segments);
    Ok(Outcome::Accepted(taken.reference.unwrap_or_default()))
}
