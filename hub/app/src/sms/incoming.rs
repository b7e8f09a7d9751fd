//! Texts from phones: taken in while their gateway waits, read by a worker, answered once.
//!
//! A number is public, and its sender's can be forged: nothing is told of anybody's address or name, whatever a text says.
//! One that nobody can read gets the same answer as one about something that is not its sender's: how to write. That comes
//! once an hour at most to one number, so that nobody can have a stranger flooded, and no two machines talk for ever.

use jiff::SignedDuration;
use komunala_domain::{
    Language, PhoneNumber, Provider, ProviderId,
    ids::{IncomingTextId, MessageId},
};

use super::{TextLine, grammar::Said, receipts::Received};
use crate::{
    Hub,
    ports::{
        StoreError,
        attempts::Budget,
        inbox::{Admission, Incoming, NewIncoming, TextReply},
        outbox::{Content, NewMessage},
        text_gateways::Callback,
    },
    scope::{SystemScope, TenantScope},
    subscription::SmsReply,
};

/// How many texts a worker takes up at a time.
const BATCH: u32 = 20;
/// How often somebody is told how to write.
const HOUR: SignedDuration = SignedDuration::from_hours(1);
/// When an answer is pointless.
const ANSWER_WITHIN: SignedDuration = SignedDuration::from_hours(6);

impl Hub {
    /// Takes in a text from a phone that a provider's gateway hands on.
    pub async fn text_called_in(&self, provider: &ProviderId, callback: &Callback<'_>) -> Result<Received, StoreError> {
        let roster = self.roster();
        let line = roster.lines.get(provider);
        let (Some(line), Some(known)) = (line, roster.directory.provider(provider)) else {
            return Ok(Received::Refused);
        };
        let text = match line.gateway.incoming(callback) {
            Ok(text) => text,
            Err(error) => {
                tracing::warn!(%provider, %error, "what a gateway handed on is not believed");
                return Ok(error.into());
            }
        };
        let (id, per_hour, now) = (IncomingTextId::new(), line.caps.from_number, self.clock.now());
        let new = NewIncoming { id, provider: provider.clone(), text, per_hour, now };
        match self.inbox.take_in(&TenantScope::new(known.tenant.clone()), &new).await? {
            Admission::Now | Admission::Before => {}
            Admission::TooMany => tracing::warn!(%provider, "a number writes too much: it is not read"),
        }
        Ok(Received::Heard)
    }

    /// Reads texts that came in; answers how many. For a worker.
    pub async fn read_texts(&self, scope: &SystemScope) -> Result<usize, StoreError> {
        let due = self.inbox.due(scope, BATCH, self.clock.now()).await?;
        for incoming in &due {
            let tenant = scope.tenant(incoming.tenant.clone());
            // one that cannot be read now is due again in a minute; it holds up no other
            if let Err(error) = self.read_text(&tenant, incoming).await {
                tracing::warn!(text = %incoming.id, provider = %incoming.provider, %error, "a text waits to be read");
            }
        }
        Ok(due.len())
    }

    async fn read_text(&self, scope: &TenantScope, incoming: &Incoming) -> Result<(), StoreError> {
        let roster = self.roster();
        let line = roster.lines.get(&incoming.provider);
        let (Some(line), Some(provider)) = (line, roster.directory.provider(&incoming.provider)) else {
            // nobody is there who could answer
            return self.inbox.done(scope, incoming.id, None, self.clock.now()).await;
        };
        let content = match line.grammar.read(&incoming.text.text) {
            Some(Said::Reading { point, values, is_confirmed }) => {
                let said = super::reading::Told { point, values, is_confirmed };
                self.reading_by_text(scope, provider, incoming, said).await?
            }
            Some(Said::Interest { point, is_wanted }) => {
                self.interest_by_text(scope, provider, incoming, &point, is_wanted).await?
            }
            Some(Said::Help) | None => None,
        };
        let content = match content {
            Some(content) => Some(content),
            None => self.how_to(scope, line, &incoming.text.from).await?,
        };
        let reply = content.map(|content| self.reply(provider, incoming, content));
        self.inbox.done(scope, incoming.id, reply.as_ref(), self.clock.now()).await?;
        self.bells.ring();
        Ok(())
    }

    /// Signs the phone that wrote up for the outages of a supply point, or off. That there is such a point nobody learns.
    async fn interest_by_text(
        &self,
        scope: &TenantScope,
        provider: &Provider,
        incoming: &Incoming,
        point: &str,
        is_wanted: bool,
    ) -> Result<Option<Content>, StoreError> {
        let Ok(point) = point.parse() else { return Ok(None) };
        let phone = &incoming.text.from;
        let done = match is_wanted {
            true => self.sign_up_by_sms(scope, &provider.id, &point, phone).await,
            false => self.sign_off_by_sms(scope, &provider.id, &point, phone).await,
        };
        let reply = match done {
            Ok(SmsReply::SignedUp) => TextReply::SignedUp,
            Ok(SmsReply::SignedOff) => TextReply::SignedOff,
            Ok(SmsReply::TooMany) => TextReply::TooManyPoints,
            Err(failure) => return Err(StoreError::Unavailable(failure.to_string().into())),
        };
        Ok(Some(Content::TextReply { reply }))
    }

    /// How to write, unless this number was told within the hour.
    async fn how_to(
        &self,
        scope: &TenantScope,
        line: &TextLine,
        from: &PhoneNumber,
    ) -> Result<Option<Content>, StoreError> {
        if line.grammar.example.is_empty() {
            return Ok(None);
        }
        let kind = "sms-how-to";
        let subject = self.keys.attempt_subject(&[kind, scope.tenant().as_str(), from.as_str()]);
        let once = Budget { kind: kind.to_owned(), subject, failures: 1, window: HOUR, longest: HOUR };
        let counted = self.attempts.begin(scope, &[once], self.clock.now()).await?;
        Ok(counted.is_ok().then_some(Content::TextReply { reply: TextReply::HowTo }))
    }

    fn reply(&self, provider: &Provider, incoming: &Incoming, content: Content) -> NewMessage {
        NewMessage {
            id: MessageId::new(),
            provider: provider.id.clone(),
            subject: incoming.id.to_string(),
            recipient: incoming.text.from.clone().into(),
            language: provider.languages.first().copied().unwrap_or(Language::English),
            content,
            expires: self.clock.now().checked_add(ANSWER_WITHIN).ok(),
        }
    }
}
