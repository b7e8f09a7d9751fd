//! What a queued message says, written at the last moment: no code stands in the queue.

use async_trait::async_trait;
use komunala_domain::TenantId;

use crate::{
    Hub,
    credentials::code,
    ports::{
        letters::{Compose, ComposeError, Composed, Letter, LetterContent},
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
        let language = message.language;
        let letter = match &message.content {
            Content::ConfirmEmail { verification } => {
                self.confirm_email(&claimed.tenant, *verification, provider_name, language).await?
            }
            Content::EmailTaken {} => self.letters.write(language, &LetterContent::EmailTaken { provider_name })?,
            Content::LinkedByAnother {} => {
                self.letters.write(language, &LetterContent::LinkedByAnother { provider_name })?
            }
            Content::LinkSuspended {} => {
                self.letters.write(language, &LetterContent::LinkSuspended { provider_name })?
            }
        };
        Ok(Composed { letter, sender_name: provider_name.to_owned() })
    }
}

impl Hub {
    async fn confirm_email(
        &self,
        tenant: &TenantId,
        verification: komunala_domain::ids::VerificationId,
        provider_name: &str,
        language: komunala_domain::Language,
    ) -> Result<Letter, ComposeError> {
        let scope = TenantScope::new(tenant.clone());
        let open = self.verifications.for_mail(&scope, verification).await?.ok_or(ComposeError::Pointless)?;
        let content = LetterContent::ConfirmEmail {
            given_name: &open.given_name,
            provider_name,
            code: &self.codes.code(verification),
            link: None,
            minutes: u32::try_from(code::VALID_FOR.as_mins()).unwrap_or(u32::MAX),
        };
        Ok(self.letters.write(language, &content)?)
    }
}
