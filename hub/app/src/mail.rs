//! What a queued message says, written at the last moment: no code stands in the queue.

use async_trait::async_trait;
use komunala_domain::{TenantId, ids::ChallengeId, ids::VerificationId};

use crate::{
    Hub,
    credentials::code,
    ports::{
        letters::{CodeLetter, Compose, ComposeError, Composed, LetterContent, News},
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
        let written = |content: &LetterContent<'_>| self.letters.write(message.language, content);
        let notice = |news| written(&LetterContent::Notice { news, provider_name });
        let letter = match &message.content {
            Content::ConfirmEmail { verification } => {
                let given_name = self.to_be_confirmed(&claimed.tenant, *verification).await?;
                let code = self.codes.confirmations.code(verification.uuid());
                written(&LetterContent::ConfirmEmail(code_letter(&given_name, provider_name, &code)))
            }
            Content::ResetPassword { challenge } => {
                let given_name = self.challenged(&claimed.tenant, *challenge).await?;
                let code = self.codes.resets.code(challenge.uuid());
                written(&LetterContent::ResetPassword(code_letter(&given_name, provider_name, &code)))
            }
            Content::ConfirmNewEmail { challenge } => {
                let given_name = self.challenged(&claimed.tenant, *challenge).await?;
                let code = self.codes.address_changes.code(challenge.uuid());
                written(&LetterContent::ConfirmNewEmail(code_letter(&given_name, provider_name, &code)))
            }
            Content::EmailTaken {} => notice(News::EmailTaken),
            Content::LinkedByAnother {} => notice(News::LinkedByAnother),
            Content::SessionRevoked {} => notice(News::SessionRevoked),
            Content::PasswordChanged {} => notice(News::PasswordChanged),
            Content::EmailChangeAsked {} => notice(News::EmailChangeAsked),
            Content::EmailChanged {} => notice(News::EmailChanged),
            Content::AddressWanted {} => notice(News::AddressWanted),
            Content::AccountLinked {} => notice(News::AccountLinked),
        }?;
        Ok(Composed { letter, sender_name: provider_name.to_owned() })
    }
}

impl Hub {
    /// The given name of whoever is yet to confirm their address.
    async fn to_be_confirmed(&self, tenant: &TenantId, verification: VerificationId) -> Result<String, ComposeError> {
        let open = self.verifications.for_mail(&TenantScope::new(tenant.clone()), verification).await?;
        open.map(|open| open.given_name).ok_or(ComposeError::Pointless)
    }

    /// The given name of whoever is to answer a challenge.
    async fn challenged(&self, tenant: &TenantId, challenge: ChallengeId) -> Result<String, ComposeError> {
        let open = self.resets.given_name_of(&TenantScope::new(tenant.clone()), challenge).await?;
        open.ok_or(ComposeError::Pointless)
    }
}

fn code_letter<'a>(given_name: &'a str, provider_name: &'a str, digits: &'a str) -> CodeLetter<'a> {
    let minutes = u32::try_from(code::VALID_FOR.as_mins()).unwrap_or(u32::MAX);
    CodeLetter { given_name, provider_name, code: Some(digits), link: None, minutes }
}
