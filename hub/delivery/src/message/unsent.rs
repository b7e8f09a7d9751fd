//! A letter as the mail that it would be, for somebody to look at.

use komunala_app::ports::letters::{Composed, InlineImage, Letter};
use komunala_domain::Language;
use lettre::message::{Mailbox, Message};

use super::{MessageError, content, header, one_line};

/// The file of a mail (`.eml`) that nobody sends: it comes from nobody and goes to nobody, and is not signed.
pub fn unsent(
    letter: &Letter,
    images: Vec<InlineImage>,
    sender_name: &str,
    language: Language,
    now: jiff::Timestamp,
) -> Result<Vec<u8>, MessageError> {
    let nobody = || "nobody@example.invalid".parse().map_err(|_| MessageError::Address("sender"));
    let headers = Message::builder()
        .message_id(Some("<preview@example.invalid>".to_owned()))
        .date(now.into())
        .from(Mailbox::new(Some(one_line(sender_name)), nobody()?))
        .to(Mailbox::new(None, nobody()?))
        .subject(one_line(&letter.subject))
        .raw_header(header("Content-Language", language.tag().to_owned()));
    let composed = Composed { images, ..Composed::plain(letter.clone(), sender_name) };
    let mail = content::fill(headers, &composed, &[])?;
    Ok(mail.formatted())
}
