//! A letter as a mail: MIME with text and HTML, and headers that nothing can break out of.

mod identity;

use komunala_app::ports::{letters::Composed, outbox::Claimed};
use lettre::{
    Address,
    message::{
        Mailbox, Message, MultiPart, SinglePart,
        header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue},
    },
};

use crate::settings::SenderSettings;

/// The longest subject and the longest sender's name, in characters.
const MAX_LINE: usize = 200;

/// A mail, ready to be sent.
#[derive(Clone, PartialEq, Eq)]
pub struct Mail {
    /// The envelope's sender.
    pub from: Address,
    /// The envelope's recipient.
    pub to: Address,
    /// Headers and body, in ASCII, lines ended by CR LF.
    pub bytes: Vec<u8>,
}

/// A mail is personal data: it never reaches a log by accident.
impl std::fmt::Debug for Mail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Mail({} bytes)", self.bytes.len())
    }
}

/// Why a letter did not become a mail.
#[derive(Debug, thiserror::Error)]
pub enum MessageError {
    /// An address that SMTP does not take.
    #[error("the {0} is no address for SMTP")]
    Address(&'static str),
    /// The headers do not make a mail.
    #[error("the headers make no mail")]
    Headers(#[source] lettre::error::Error),
}

/// Makes the mail of a claimed message. Its Message-ID is the same on every attempt.
pub fn build(
    claimed: &Claimed,
    composed: &Composed,
    sender: &SenderSettings,
    now: jiff::Timestamp,
) -> Result<Mail, MessageError> {
    let message = &claimed.message;
    let own = sender.address_for(&message.provider);
    let from: Address = own.as_str().parse().map_err(|_| MessageError::Address("sender"))?;
    let to: Address = message.recipient.as_str().parse().map_err(|_| MessageError::Address("recipient"))?;

    let name = one_line(&composed.sender_name);
    let mail = Message::builder()
        .message_id(Some(identity::message_id(claimed, &sender.message_id_key, own.domain())))
        .date(now.into())
        .from(Mailbox::new((!name.is_empty()).then_some(name), from.clone()))
        .to(Mailbox::new(None, to.clone()))
        .subject(one_line(&composed.letter.subject))
        // nobody's holiday notice shall answer it (RFC 3834)
        .raw_header(header("Auto-Submitted", "auto-generated"))
        .raw_header(header("Content-Language", message.language.tag()))
        .multipart(
            MultiPart::alternative()
                .singlepart(part(ContentType::TEXT_PLAIN, &composed.letter.text))
                .singlepart(part(ContentType::TEXT_HTML, &composed.letter.html)),
        )
        .map_err(MessageError::Headers)?;
    Ok(Mail { from, to, bytes: mail.formatted() })
}

/// base64 whatever the text: no line of it can look like SMTP, and no line is too long.
fn part(kind: ContentType, text: &str) -> SinglePart {
    SinglePart::builder().header(kind).header(ContentTransferEncoding::Base64).body(text.to_owned())
}

fn header(name: &'static str, value: &'static str) -> HeaderValue {
    let name = HeaderName::new_from_ascii(name.to_owned()).expect("a header's name in ASCII");
    HeaderValue::new(name, value.to_owned())
}

/// A text for one line of a header: no control characters and none that turn the writing round.
fn one_line(text: &str) -> String {
    let turns = |c: char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}');
    let plain: String = text.chars().map(|c| if c.is_control() || turns(c) { ' ' } else { c }).collect();
    let words: Vec<&str> = plain.split_whitespace().collect();
    words.join(" ").chars().take(MAX_LINE).collect()
}
