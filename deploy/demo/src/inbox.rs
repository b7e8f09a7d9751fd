//! Somebody's letter box.

use std::sync::Arc;

use anyhow::Context;
use komunala_sink::ReceivedMail;
use mail_parser::MessageParser;

use crate::{
    Region,
    newcomer::{MAIL_WAIT, code_of},
};

/// The mails that come to an address.
pub struct Inbox<'a> {
    region: &'a Region,
    address: &'a str,
}

impl<'a> Inbox<'a> {
    /// The letter box of an address.
    pub fn of(region: &'a Region, address: &'a str) -> Self {
        Self { region, address }
    }

    /// How many mails have come.
    pub fn count(&self) -> usize {
        self.region.sink.mails().iter().filter(|mail| self.is_ours(mail)).count()
    }

    /// The mail whose subject holds these words, once it has come.
    pub async fn about(&self, words: &str) -> anyhow::Result<Arc<ReceivedMail>> {
        let wanted = |mail: &ReceivedMail| self.is_ours(mail) && subject_of(mail).is_some_and(|it| it.contains(words));
        self.region.sink.wait_for(wanted, MAIL_WAIT).await.with_context(|| format!("no mail about `{words}`"))
    }

    /// The text of the mail whose subject holds these words, once it has come.
    pub async fn text_about(&self, words: &str) -> anyhow::Result<String> {
        let mail = self.about(words).await?;
        let mail = MessageParser::default().parse(&mail.data).context("it is no mail")?;
        Ok(mail.body_text(0).context("the mail has no text")?.into_owned())
    }

    /// The code in the mail whose subject holds these words, once it has come.
    pub async fn code_about(&self, words: &str) -> anyhow::Result<String> {
        code_of(&self.about(words).await?.data).context("the mail holds no code of eight digits")
    }

    /// What follows `page` in the link of the mail whose subject holds these words, once it has come.
    pub async fn link_about(&self, words: &str, page: &str) -> anyhow::Result<String> {
        let text = self.text_about(words).await?;
        let token = text.split_whitespace().find_map(|word| word.strip_prefix(page));
        token.map(ToOwned::to_owned).with_context(|| format!("no link to {page}"))
    }

    fn is_ours(&self, mail: &ReceivedMail) -> bool {
        mail.recipients.iter().any(|to| to == self.address)
    }
}

fn subject_of(mail: &ReceivedMail) -> Option<String> {
    MessageParser::default().parse(&mail.data)?.subject().map(ToOwned::to_owned)
}
