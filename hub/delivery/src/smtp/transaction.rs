//! One mail over a session, in three steps: MAIL and RCPT; DATA; the body and the final dot.

use std::borrow::Cow;

use lettre::{
    Address,
    transport::smtp::commands::{Data, Mail, Rcpt},
};
use memchr::memmem;

use super::{Cause, Reply, Session, SmtpError, Stage, reply::queue_id, watch::bounded};
use crate::{failpoints, worker::Lease};

/// The most of a body that is written at once, in bytes; [`StageTimeouts::block`](crate::StageTimeouts) is for one.
const BLOCK: usize = 16 * 1024;

/// The relay took the mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// The relay's name for it, where it gave one.
    pub queue_id: Option<String>,
}

/// A mail whose envelope the relay took.
pub struct Envelope<'s> {
    session: &'s mut Session,
}

/// A mail whose body the relay waits for. Dropped unsent, it takes its session with it: there is no other way out of DATA.
pub struct Transaction<'s> {
    session: &'s mut Session,
}

impl Session {
    /// Hands over the envelope.
    pub async fn begin(&mut self, from: &Address, to: &Address) -> Result<Envelope<'_>, SmtpError> {
        self.clear().await?;
        self.expect(Stage::Mail, Mail::new(Some(from.clone()), vec![]), 250).await?;
        self.unfinished = true;
        let response = self.ask(Stage::Rcpt, Rcpt::new(to.clone(), vec![])).await?;
        if !matches!(u16::from(response.code()), 250..=252) {
            self.mail_is_open();
            return Err(SmtpError::new(Stage::Rcpt, Cause::OutOfPlace(Reply::of(&response))));
        }
        Ok(Envelope { session: self })
    }
}

impl<'s> Envelope<'s> {
    /// Asks for the body to be let through, up to the relay's 354.
    pub async fn data(self) -> Result<Transaction<'s>, SmtpError> {
        let session = self.session;
        session.expect(Stage::Data, Data, 354).await?;
        session.mail_is_open();
        Ok(Transaction { session })
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
        let body = stuffed(canonical(body));
        // lettre ends the last line itself
        let body = body.strip_suffix(b"\r\n").unwrap_or(&body);
        session.wire.begin_body(lease);
        // at least two blocks, so that there is a middle
        let size = body.len().div_ceil(2).clamp(1, BLOCK);
        let (wire, connection) = (&session.wire, &mut session.connection);
        let sending = async {
            for (nth, block) in body.chunks(size).enumerate() {
                if nth > 0 {
                    failpoints::reach(failpoints::MID_BODY);
                }
                wire.write(block).await?;
            }
            wire.dot_due();
            Ok(connection.message_iter(std::iter::empty::<&[u8]>()).await)
        };
        let answer = bounded(wire, &session.timeouts, &session.stop, sending).await??;
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

/// A canonical body in which each dot that begins a line is doubled (RFC 5321, 4.5.2). Ours and not lettre's, which goes
/// byte by byte: that was a fifteenth of what sending a bill takes of a processor.
fn stuffed(body: Cow<'_, [u8]>) -> Cow<'_, [u8]> {
    let first = body.starts_with(b".").then_some(0);
    if first.is_none() && memmem::find(&body, b"\n.").is_none() {
        return body;
    }
    let mut stuffed = Vec::with_capacity(body.len() + body.len() / 32);
    let mut from = 0;
    for dot in first.into_iter().chain(memmem::find_iter(&body, b"\n.").map(|at| at + 1)) {
        stuffed.extend_from_slice(&body[from..=dot]);
        from = dot;
    }
    stuffed.extend_from_slice(&body[from..]);
    Cow::Owned(stuffed)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_server_reads_what_was_written_and_no_end_before_the_end(
            body in prop::collection::vec(prop::sample::select(&b"\r\n..ab"[..]), 0..64))
        {
            let canonical = canonical(&body);
            let sent = String::from_utf8(stuffed(canonical.clone()).into_owned()).unwrap();
            prop_assert!(sent.split("\r\n").all(|line| line != "."));
            let read: Vec<_> = sent.split("\r\n").map(|line| line.strip_prefix('.').unwrap_or(line)).collect();
            prop_assert_eq!(read.join("\r\n").into_bytes(), canonical.into_owned());
        }
    }

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
