//! What a queued message says as a short text, written at the last moment like a letter.

use async_trait::async_trait;

use crate::{
    Hub,
    credentials::code,
    mail::{outage_letter, reading_letter},
    ports::{
        letters::{CodeLetter, ComposeError},
        outbox::{Claimed, Content},
        texts::{ComposeText, TextContent},
    },
};

#[async_trait]
impl ComposeText for Hub {
    async fn compose_text(&self, claimed: &Claimed) -> Result<String, ComposeError> {
        let message = &claimed.message;
        let roster = self.roster();
        let provider = roster.directory.provider(&message.provider).ok_or(ComposeError::Pointless)?;
        let provider_name = provider.display_name.as_str();
        let line = roster.lines.get(&message.provider).ok_or(ComposeError::Pointless)?;
        let say = |content: &TextContent<'_>| self.texts.say(&line.texts, message.language, content);
        Ok(match &message.content {
            Content::ReadingTaken { reading } => {
                let reading = self.told_of(&claimed.tenant, *reading).await?;
                say(&TextContent::ReadingTaken(reading_letter(&reading, provider_name)))
            }
            Content::ReadingRefused { reading } => {
                let reading = self.told_of(&claimed.tenant, *reading).await?;
                say(&TextContent::ReadingRefused(reading_letter(&reading, provider_name)))
            }
            Content::OutageNotice { outage, revision, news, points, .. } => {
                let outage = self.outage_told_of(&claimed.tenant, *outage, *revision).await?;
                say(&TextContent::Outage(outage_letter(provider, &outage, *news, points)))
            }
            Content::ConfirmSubscription { challenge, points } => {
                self.to_be_signed_up(&claimed.tenant, *challenge).await?;
                let code = self.codes.subscriptions.code(challenge.uuid());
                let minutes = u32::try_from(code::VALID_FOR.as_mins()).unwrap_or(u32::MAX);
                let letter = CodeLetter { given_name: "", provider_name, code: Some(&code), link: None, minutes };
                say(&TextContent::ConfirmSubscription(letter, points))
            }
            Content::TextReply { reply } => {
                let (example, confirm) = (line.grammar.example.as_str(), line.grammar.confirm.as_deref());
                say(&TextContent::Reply { reply: *reply, provider_name, example, confirm: confirm.unwrap_or_default() })
            }
            // everything else is said by mail
            _ => return Err(ComposeError::OtherChannel),
        }?)
    }
}
