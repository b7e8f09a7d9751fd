//! Reports of mail servers about a mail (RFC 3464): whom they are about, and what they say.

use komunala_app::ports::bounces::EnhancedStatus;
use mail_parser::{MessageParser, MimeHeaders as _};

/// Recipients of one report that are looked at; the hub's mails have one.
const RECIPIENTS: usize = 20;
/// Headers in which a mail server writes down whom a mail was for.
const FOR: [&str; 6] = ["Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "X-Delivered-To", "To"];

/// What a report says.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Report {
    /// Addresses that it was for.
    pub(super) addresses: Vec<String>,
    /// What it says of whom the mail went to.
    pub(super) recipients: Vec<Recipient>,
    /// What is the same whenever it is handed in again, and in no other report: its name, and what it says.
    pub(super) identity: Vec<u8>,
}

/// What a report says of one recipient.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Recipient {
    pub(super) action: Action,
    pub(super) status: Option<EnhancedStatus>,
}

/// What became of the mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Action {
    Failed,
    Delayed,
    Other,
}

/// Reads a report; `None` for anything else.
pub(super) fn read(mail: &[u8]) -> Option<Report> {
    let mail = MessageParser::default().parse(behind_envelope(mail))?;
    let addresses = mail
        .headers_raw()
        .filter(|(name, _)| FOR.iter().any(|header| header.eq_ignore_ascii_case(name)))
        .flat_map(|(_, value)| value.split([',', ' ', '\r', '\n', '\t']))
        .filter(|word| word.contains('@'))
        .map(ToOwned::to_owned)
        .collect();
    let status = mail.parts.iter().find(|part| {
        part.content_type().is_some_and(|kind| {
            kind.ctype().eq_ignore_ascii_case("message")
                && kind.subtype().is_some_and(|subtype| {
                    ["delivery-status", "global-delivery-status"]
                        .iter()
                        .any(|known| subtype.eq_ignore_ascii_case(known))
                })
        })
    })?;
    let identity = [mail.message_id().unwrap_or_default().as_bytes(), b"\n", status.contents()].concat();
    Some(Report { addresses, recipients: recipients(&String::from_utf8_lossy(status.contents())), identity })
}

/// The mail itself: a mail server that hands one to a program may put a line in front that begins with `From `.
fn behind_envelope(mail: &[u8]) -> &[u8] {
    match mail.starts_with(b"From ") {
        true => memchr::memchr(b'\n', mail).map_or(mail, |end| &mail[end + 1..]),
        false => mail,
    }
}

/// The groups of fields behind the first one, which is about the mail as a whole.
fn recipients(text: &str) -> Vec<Recipient> {
    let text = text.replace("\r\n", "\n");
    let groups = text.split("\n\n").map(str::trim).filter(|group| !group.is_empty()).skip(1);
    groups.take(RECIPIENTS).filter_map(recipient).collect()
}

fn recipient(group: &str) -> Option<Recipient> {
    let (mut action, mut status, mut diagnostic) = (None, None, None);
    for (name, value) in fields(group) {
        match name.to_ascii_lowercase().as_str() {
            "action" => action = Some(word(&value)),
            "status" => status = enhanced(value.split_whitespace().next().unwrap_or_default()),
            "diagnostic-code" => diagnostic = value.split_whitespace().find_map(enhanced),
            _ => {}
        }
    }
    // servers that know no more than `5.0.0` quote one that did
    let is_vague = status.is_none_or(|EnhancedStatus(_, subject, detail)| (subject, detail) == (0, 0));
    let status = if is_vague { diagnostic.or(status) } else { status };
    action.map(|action| Recipient { action, status })
}

/// Fields with lines that go on put together.
fn fields(group: &str) -> Vec<(String, String)> {
    let mut fields: Vec<(String, String)> = Vec::new();
    for line in group.lines() {
        match (line.starts_with([' ', '\t']), fields.last_mut(), line.split_once(':')) {
            (true, Some((_, value)), _) => {
                value.push(' ');
                value.push_str(line.trim());
            }
            (false, _, Some((name, value))) => fields.push((name.trim().to_owned(), value.trim().to_owned())),
            _ => {}
        }
    }
    fields
}

fn word(value: &str) -> Action {
    match value.split_whitespace().next().unwrap_or_default().to_ascii_lowercase().as_str() {
        "failed" => Action::Failed,
        "delayed" => Action::Delayed,
        _ => Action::Other,
    }
}

fn enhanced(word: &str) -> Option<EnhancedStatus> {
    let mut numbers = word.trim_matches(['(', ')', '#', ';', ',', ':']).split('.');
    let (class, subject, detail) = (numbers.next()?, numbers.next()?, numbers.next()?);
    let status = EnhancedStatus(class.parse().ok()?, subject.parse().ok()?, detail.parse().ok()?);
    let is_status = numbers.next().is_none() && matches!(status.0, 2 | 4 | 5) && status.1 < 1000 && status.2 < 1000;
    is_status.then_some(status)
}

#[cfg(test)]
mod tests;
