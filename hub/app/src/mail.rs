//! What a queued message says, written at the last moment: no code stands in the queue.

use async_trait::async_trait;
use jiff::Timestamp;
use komunala_domain::{
    Outage, PointNumber, PortalId, Provider, ProviderId, Reading, TenantId,
    ids::{ChallengeId, OutageId, ReadingId, SubscriberId, VerificationId},
    outage::OutageNews,
};
use uuid::Uuid;

use crate::{
    Hub,
    credentials::code::{self, Codes},
    directory::{Directory, PageAddress, Pages},
    ports::{
        letters::{CodeLetter, Compose, ComposeError, Composed, LetterContent, News, OutageLetter, ReadingLetter},
        outbox::{Claimed, Content},
    },
    scope::TenantScope,
};

#[async_trait]
impl Compose for Hub {
    async fn compose(&self, claimed: &Claimed) -> Result<Composed, ComposeError> {
        let message = &claimed.message;
        let roster = self.roster();
        let provider = roster.directory.provider(&message.provider).ok_or(ComposeError::Pointless)?;
        let provider_name = provider.display_name.as_str();
        let own = &provider.letter_texts;
        let written = |content: &LetterContent<'_>| self.letters.write(own, message.language, content);
        let notice = |news| written(&LetterContent::Notice { news, provider_name });
        let pages = pages_of(&roster.directory, &claimed.tenant, &message.content);
        let letter = match &message.content {
            Content::ConfirmEmail { verification, .. } => {
                let name = self.to_be_confirmed(&claimed.tenant, *verification).await?;
                let ways = Ways::of(provider, &self.codes.confirmations, verification.uuid(), pages.verify_email);
                written(&LetterContent::ConfirmEmail(ways.letter(&name, provider_name)))
            }
            Content::ResetPassword { challenge, .. } => {
                let name = self.challenged(&claimed.tenant, *challenge).await?;
                let ways = Ways::of(provider, &self.codes.resets, challenge.uuid(), pages.reset_password);
                written(&LetterContent::ResetPassword(ways.letter(&name, provider_name)))
            }
            Content::ConfirmNewEmail { challenge, .. } => {
                let name = self.challenged(&claimed.tenant, *challenge).await?;
                let codes = &self.codes.address_changes;
                let ways = Ways::of(provider, codes, challenge.uuid(), pages.confirm_email_change);
                written(&LetterContent::ConfirmNewEmail(ways.letter(&name, provider_name)))
            }
            Content::EmailTaken {} => notice(News::EmailTaken),
            Content::LinkedByAnother {} => notice(News::LinkedByAnother),
            Content::LinkSuspended {} => notice(News::LinkSuspended),
            Content::CutOver {} => notice(News::CutOver),
            Content::SessionRevoked {} => notice(News::SessionRevoked),
            Content::PasswordChanged {} => notice(News::PasswordChanged),
            Content::EmailChangeAsked {} => notice(News::EmailChangeAsked),
            Content::EmailChanged {} => notice(News::EmailChanged),
            Content::AddressWanted {} => notice(News::AddressWanted),
            Content::AccountLinked {} => notice(News::AccountLinked),
            Content::RequestAnswered {} => notice(News::RequestAnswered),
            Content::ReadingTaken { reading } => {
                let reading = self.told_of(&claimed.tenant, *reading).await?;
                written(&LetterContent::ReadingTaken(reading_letter(&reading, provider_name)))
            }
            Content::ReadingRefused { reading } => {
                let reading = self.told_of(&claimed.tenant, *reading).await?;
                written(&LetterContent::ReadingRefused(reading_letter(&reading, provider_name)))
            }
            Content::Bill { invoice, link } => {
                return Box::pin(self.bill_letter(claimed, provider, *invoice, *link)).await;
            }
            Content::ConfirmSubscription { challenge, points } => {
                self.to_be_signed_up(&claimed.tenant, *challenge).await?;
                let ways = Ways { code: Some(self.codes.subscriptions.code(challenge.uuid())), link: None };
                written(&LetterContent::ConfirmSubscription(ways.letter("", provider_name), points))
            }
            Content::ProfileErased {} => notice(News::ProfileErased),
            Content::BackToPaper {} => notice(News::BackToPaper),
            Content::OutageNotice { outage, revision, news, points, subscriber } => {
                let outage = self.outage_told_of(&claimed.tenant, *outage, *revision).await?;
                let stop_link = self.stop_link(&claimed.tenant, *subscriber, &provider.id);
                let letter =
                    OutageLetter { stop_link: stop_link.as_deref(), ..outage_letter(provider, &outage, *news, points) };
                let letter = written(&LetterContent::Outage(letter))?;
                return Ok(Composed { unsubscribe: stop_link, ..Composed::plain(letter, provider_name) });
            }
            // a phone wrote, and a phone is answered
            Content::TextReply { .. } => return Err(ComposeError::OtherChannel),
        }?;
        Ok(Composed::plain(letter, provider_name))
    }
}

impl Hub {
    /// The given name of whoever is yet to confirm their address.
    async fn to_be_confirmed(&self, tenant: &TenantId, verification: VerificationId) -> Result<String, ComposeError> {
        let open = self.verifications.for_mail(&TenantScope::new(tenant.clone()), verification).await?;
        open.map(|open| open.given_name).ok_or(ComposeError::Pointless)
    }

    /// The reading that somebody is told of; nothing is told of one that another has replaced.
    pub(crate) async fn told_of(&self, tenant: &TenantId, reading: ReadingId) -> Result<Reading, ComposeError> {
        let found = self.readings.for_mail(&TenantScope::new(tenant.clone()), reading).await?;
        found.ok_or(ComposeError::Pointless)
    }

    /// A code that was given back, or replaced by a newer one, need not be sent.
    pub(crate) async fn to_be_signed_up(&self, tenant: &TenantId, challenge: ChallengeId) -> Result<(), ComposeError> {
        let is_open = self.subscriptions.is_sign_up_open(&TenantScope::new(tenant.clone()), challenge).await?;
        if is_open { Ok(()) } else { Err(ComposeError::Pointless) }
    }

    /// The outage that somebody is told of; nothing is told of a revision that another one has replaced.
    pub(crate) async fn outage_told_of(
        &self,
        tenant: &TenantId,
        outage: OutageId,
        revision: u32,
    ) -> Result<Outage, ComposeError> {
        let found = self.outages.outage_for_notice(&TenantScope::new(tenant.clone()), outage).await?;
        found.filter(|outage| outage.revision == revision).ok_or(ComposeError::Pointless)
    }

    /// Where the reader of a provider's notices can have no more of them.
    fn stop_link(&self, tenant: &TenantId, subscriber: SubscriberId, provider: &ProviderId) -> Option<String> {
        let token = self.notices_token(&TenantScope::new(tenant.clone()), subscriber, provider);
        Some(format!("{}/u/{token}", self.pages_at.as_deref()?))
    }

    /// The given name of whoever is to answer a challenge.
    async fn challenged(&self, tenant: &TenantId, challenge: ChallengeId) -> Result<String, ComposeError> {
        let open = self.resets.given_name_of(&TenantScope::new(tenant.clone()), challenge).await?;
        open.ok_or(ComposeError::Pointless)
    }
}

pub(crate) fn reading_letter<'a>(reading: &'a Reading, provider_name: &'a str) -> ReadingLetter<'a> {
    let Reading { serial_number, date, registers, .. } = reading;
    ReadingLetter { provider_name, serial_number, day: *date, registers }
}

pub(crate) fn outage_letter<'a>(
    provider: &'a Provider,
    outage: &'a Outage,
    news: OutageNews,
    points: &'a [PointNumber],
) -> OutageLetter<'a> {
    let local = |time: Timestamp| time.to_zoned(provider.time_zone.clone()).datetime();
    OutageLetter {
        provider_name: &provider.display_name,
        news,
        start: local(outage.start),
        end: outage.end.map(local),
        reason: outage.reason.as_deref(),
        points,
        stop_link: None,
    }
}

/// The code and the link that a mail offers.
struct Ways {
    code: Option<String>,
    link: Option<String>,
}

impl Ways {
    fn of(provider: &Provider, codes: &Codes, id: Uuid, page: Option<PageAddress>) -> Self {
        let link = page.map(|page| page.with(&codes.link_token(id)));
        let (code, link) = provider.confirmation.offered(codes.code(id), link);
        Self { code, link }
    }

    fn letter<'a>(&'a self, given_name: &'a str, provider_name: &'a str) -> CodeLetter<'a> {
        CodeLetter {
            given_name,
            provider_name,
            code: self.code.as_deref(),
            link: self.link.as_deref(),
            minutes: u32::try_from(code::VALID_FOR.as_mins()).unwrap_or(u32::MAX),
        }
    }
}

/// The pages of the portal through which a message was caused.
fn pages_of(directory: &Directory, tenant: &TenantId, content: &Content) -> Pages {
    let portal: Option<&PortalId> = match content {
        Content::ConfirmEmail { portal, .. }
        | Content::ResetPassword { portal, .. }
        | Content::ConfirmNewEmail { portal, .. } => portal.as_ref(),
        _ => None,
    };
    portal.and_then(|portal| directory.pages(tenant, portal)).cloned().unwrap_or_default()
}
