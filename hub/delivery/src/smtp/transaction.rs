//! One mail over a session: MAIL, RCPT, DATA; then, as a step of its own, the body and the final dot.

use std::borrow::Cow;

use lettre::{
    Address,
    transport::smtp::commands::{Data, Mail, Rcpt},
};

use super::{Cause, Reply, Session, SmtpError, Stage, reply::queue_id, watch::bounded, wire::Handle};
use crate::{failpoints, worker::Lease};

/// The most of a body that is written at once, in bytes; [`StageTimeouts::block`](crate::StageTimeouts) is for one.
const BLOCK: usize = 16 * 1024;

/// The relay took the mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// The relay's name for it, where it gave one.
    pub queue_id: Option<String>,
}

/// A mail whose envelope the relay took and whose body it waits for. Dropped unsent, it takes its session with it:
/// there is no other way out of DATA.
pub struct Transaction<'s> {
    session: &'s mut Session,
}

impl Session {
    /// Hands over the envelope, up to the relay's 354.
    pub async fn begin(&mut self, from: &Address, to: &Address) -> Result<Transaction<'_>, SmtpError> {
        self.clear().await?;
        self.expect(Stage::Mail, Mail::new(Some(from.clone()), vec![]), 250).await?;
        self.unfinished = true;
        let response = self.ask(Stage::Rcpt, Rcpt::new(to.clone(), vec![])).await?;
        if !matches!(u16::from(response.code()), 250..=252) {
            self.mail_is_open();
            return Err(SmtpError::new(Stage::Rcpt, Cause::OutOfPlace(Reply::of(&response))));
        }
        self.expect(Stage::Data, Data, 354).await?;
        self.mail_is_open();
        Ok(Transaction { session: self })
    }
}

impl Transaction<'_> {
    /// Sends the body and the final dot, and waits for what the relay says.
    ///
    /// Line breaks leave as CR LF whatever they were, and a dot at the start of a line is doubled: nothing in a body can
    /// end it early or start another mail.
    pub async fn send(self, body: &[u8]) -> Result<Accepted, SmtpError> {
        self.send_within(body, None).await
    }

    /// The same, unless the lease has run out when the final dot is due: then that does not leave, and the relay has no mail.
    pub(crate) async fn send_while(self, body: &[u8], lease: Lease) -> Result<Accepted, SmtpError> {
        self.send_within(body, Some(lease)).await
    }

    async fn send_within(self, body: &[u8], lease: Option<Lease>) -> Result<Accepted, SmtpError> {
        let session = self.session;
        let body = canonical(body);
        // lettre ends the last line itself
        let body = body.strip_suffix(b"\r\n").unwrap_or(&body);
        session.wire.begin_body(lease);
        let blocks = Blocks {
            rest: body,
            size: body.len().div_ceil(2).clamp(1, BLOCK),
            begun: false,
            wire: session.wire.clone(),
        };
        let sending = session.connection.message_iter(blocks);
        let answer = bounded(&session.wire, &session.timeouts, &session.stop, sending).await?;
        let response = session.conclude(answer);
        // whatever the answer was, it ended the mail
        session.unfinished = false;
        let response = response?;
        let code = u16::from(response.code());
        if !(200..300).contains(&code) {
            session.mail_is_open();
            return Err(SmtpError::new(Stage::FinalDot, Cause::OutOfPlace(Reply::of(&response))));
        }
        Ok(Accepted { queue_id: response.first_line().and_then(queue_id).map(ToOwned::to_owned) })
    }
}

/// A body in blocks: at least two, so that there is a middle. Tells the wire when the last one is through.
struct Blocks<'b> {
    rest: &'b [u8],
    size: usize,
    begun: bool,
    wire: Handle,
}

impl<'b> Iterator for Blocks<'b> {
    type Item = &'b [u8];

    fn next(&mut self) -> Option<&'b [u8]> {
        if self.rest.is_empty() {
            self.wire.dot_due();
            return None;
        }
        if std::mem::replace(&mut self.begun, true) {
            failpoints::reach(failpoints::MID_BODY);
        }
        let (block, rest) = self.rest.split_at(self.size.min(self.rest.len()));
        self.rest = rest;
        Some(block)
    }
}

/// The body with every line break as CR LF: a CR or LF of its own means a line break to some servers and not to others,
/// which is how a second mail is smuggled inside a first.
fn canonical(body: &[u8]) -> Cow<'_, [u8]> {
    let broken = |at: usize| match body[at] {
        b'\r' => body.get(at + 1) != Some(&b'\n'),
        b'\n' => at == 0 || body[at - 1] != b'\r',
        _ => false,
    };
    if !memchr::memchr2_iter(b'\r', b'\n', body).any(broken) {
        return Cow::Borrowed(body);
    }
    let mut canonical = Vec::with_capacity(body.len() + body.len() / 32);
    for (at, &byte) in body.iter().enumerate() {
        match byte {
            b'\r' | b'\n' if broken(at) => canonical.extend_from_slice(b"\r\n"),
            _ => canonical.push(byte),
        }
    }
    Cow::Owned(canonical)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_break_leaves_as_cr_lf() {
        for (body, sent) in [
            (&b"a\r\nb"[..], &b"a\r\nb"[..]),
            (b"a\nb\rc", b"a\r\nb\r\nc"),
            (b"a\n.\nMAIL FROM:<x@y.z>\n", b"a\r\n.\r\nMAIL FROM:<x@y.z>\r\n"),
            (b"a\r\n\nb", b"a\r\n\r\nb"),
            (b"a\r\r\n.\r\r\n", b"a\r\n\r\n.\r\n\r\n"),
            (b"\n", b"\r\n"),
            (b"\r", b"\r\n"),
            (b"", b""),
        ] {
            assert_eq!(canonical(body), sent, "{}", body.escape_ascii());
        }
    }
}
