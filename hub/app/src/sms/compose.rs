//! What a queued message says as a short text, written at the last moment like a letter.

use async_trait::async_trait;

use crate::{
    Hub,
    mail::reading_letter,
    ports::{
        letters::ComposeError,
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
        let say = |content: &TextContent<'_>| self.texts.say(message.language, content);
        Ok(match &message.content {
            Content::ReadingTaken { reading } => {
                let reading = self.told_of(&claimed.tenant, *reading).await?;
                say(&TextContent::ReadingTaken(reading_letter(&reading, provider_name)))
            }
            Content::ReadingRefused { reading } => {
                let reading = self.told_of(&claimed.tenant, *reading).await?;
                say(&TextContent::ReadingRefused(reading_letter(&reading, provider_name)))
            }
            Content::TextReply { reply } => {
                let line = roster.lines.get(&message.provider).ok_or(ComposeError::Pointless)?;
                let (example, confirm) = (line.grammar.example.as_str(), line.grammar.confirm.as_deref());
                say(&TextContent::Reply { reply: *reply, provider_name, example, confirm: confirm.unwrap_or_default() })
            }
            // everything else is said by mail
            _ => return Err(ComposeError::OtherChannel),
        }?)
    }
}
