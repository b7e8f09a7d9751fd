//! A letter as a mail: MIME with text and HTML, pictures and documents, and headers that nothing can break out of.

mod content;
mod identity;
mod unsent;

use bytes::Bytes;
use komunala_app::ports::{letters::Composed, outbox::Claimed};
use lettre::{
    Address,
    message::{
        Mailbox, Message,
        header::{HeaderName, HeaderValue},
    },
};

use crate::{dkim, settings::SenderSettings};

pub use unsent::unsent;

/// The longest subject and the longest sender's name, in characters.
const MAX_LINE: usize = 200;
/// The longest address of a page; a line of a mail has 998 characters.
const MAX_ADDRESS: usize = 900;

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
    /// A document or picture that cannot stand in a mail.
    #[error("{0:?} is no media type")]
    MediaType(String),
    /// The headers do not make a mail.
    #[error("the headers make no mail")]
    Headers(#[source] lettre::error::Error),
}

/// Makes the mail of a claimed message, signed where the sender's domain has a key. `files` are the documents that the
/// letter encloses, in its order. The Message-ID and the return path are the same on every attempt.
pub fn build(
    claimed: &Claimed,
    composed: &Composed,
    files: &[Bytes],
    sender: &SenderSettings,
    now: jiff::Timestamp,
) -> Result<Mail, MessageError> {
    let message = &claimed.message;
    let own = sender.address_for(&message.provider);
    let author: Address = own.as_str().parse().map_err(|_| MessageError::Address("sender"))?;
    let to: Address = message.recipient.as_str().parse().map_err(|_| MessageError::Address("recipient"))?;

    let name = one_line(&composed.sender_name);
    let mut headers = Message::builder()
        .message_id(Some(identity::message_id(claimed, &sender.message_id_key, own.domain())))
        .date(now.into())
        .from(Mailbox::new((!name.is_empty()).then_some(name), author.clone()))
        .to(Mailbox::new(None, to.clone()))
        .subject(one_line(&composed.letter.subject))
        // nobody's holiday notice shall answer it (RFC 3834)
        .raw_header(header("Auto-Submitted", "auto-generated".to_owned()))
        .raw_header(header("Content-Language", message.language.tag().to_owned()));
    if let Some(address) = composed.unsubscribe.as_deref().and_then(in_a_header) {
        headers = headers
            .raw_header(header("List-Unsubscribe", format!("<{address}>")))
            .raw_header(header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned()));
    }
    let mail = content::fill(headers, composed, files)?;
    let from = match &sender.return_path {
        Some(paths) => paths.address_of(message.id)?,
        None => author,
    };
    Ok(Mail { from, to, bytes: dkim::sign(mail.formatted(), own.domain(), &sender.dkim, now) })
}

fn header(name: &'static str, value: String) -> HeaderValue {
    let name = HeaderName::new_from_ascii(name.to_owned()).expect("a header's name in ASCII");
    HeaderValue::new(name, value)
}

/// An address that can stand between angle brackets: one without blanks, brackets or anything outside ASCII.
fn in_a_header(address: &str) -> Option<&str> {
    let plain = |b: u8| b.is_ascii_graphic() && !matches!(b, b'<' | b'>' | b',');
    (address.len() <= MAX_ADDRESS && address.bytes().all(plain)).then_some(address)
}

/// A text for one line of a header: no control characters and none that turn the writing round.
fn one_line(text: &str) -> String {
    let turns = |c: char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}');
    let plain: String = text.chars().map(|c| if c.is_control() || turns(c) { ' ' } else { c }).collect();
    let words: Vec<&str> = plain.split_whitespace().collect();
    words.join(" ").chars().take(MAX_LINE).collect()
}
