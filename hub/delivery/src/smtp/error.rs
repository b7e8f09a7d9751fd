//! Why a session did not go on, and what that means for the mail.

use std::{io, path::PathBuf};

use super::{Reply, Stage};

/// An error and the stage it happened in. Holds no address and nothing of the mail.
#[derive(Debug, thiserror::Error)]
#[error("{stage}: {cause}")]
pub struct SmtpError {
    /// Where the session stood.
    pub stage: Stage,
    /// What happened.
    pub cause: Cause,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Cause {
    /// The relay said no.
    #[error("the relay answered {0}")]
    Refused(Reply),
    /// The relay said something that does not answer the command.
    #[error("the relay answered {0}, which is no answer here")]
    OutOfPlace(Reply),
    /// The stage took too long.
    #[error("timed out")]
    TimedOut,
    /// The relay hung up.
    #[error("the relay hung up")]
    HungUp,
    /// The connection broke, or never came to be.
    #[error("the connection failed: {0}")]
    Io(io::ErrorKind),
    /// A line of a reply is longer than [`MAX_LINE`](super::MAX_LINE).
    #[error("a line of the reply is too long")]
    LineTooLong,
    /// A reply is longer than [`MAX_REPLY`](super::MAX_REPLY).
    #[error("the reply is too long")]
    ReplyTooLong,
    /// A reply is no reply by RFC 5321.
    #[error("the reply is malformed")]
    Malformed,
    /// The relay spoke without being asked; somebody may have put words into its mouth.
    #[error("the relay spoke out of turn")]
    OutOfTurn,
    /// TLS is required and the relay does not offer STARTTLS; somebody may have stripped it.
    #[error("STARTTLS is required and not offered")]
    NoStartTls,
    /// The handshake failed: mostly a certificate that is not for this name, or not trusted.
    #[error("TLS failed: {0}")]
    Tls(String),
    /// A password is set, and the connection is not encrypted.
    #[error("the password may not be sent in the clear")]
    PlaintextPassword,
    /// The relay offers neither PLAIN nor LOGIN.
    #[error("the relay offers no way to authenticate that the hub knows")]
    NoMechanism,
    /// The hub was stopped, or its machine, for longer than the mail was its own.
    #[error("the lease ran out before the final dot")]
    LeaseOver,
    /// The hub is stopping.
    #[error("the hub is stopping")]
    Stopped,
}

/// What an error means for the mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The relay does not have it: try again later.
    Deferred,
    /// The relay will never take it.
    Failed,
    /// The relay may have it.
    Unknown,
}

impl SmtpError {
    pub(super) fn new(stage: Stage, cause: Cause) -> Self {
        Self { stage, cause }
    }

    /// Whether a server asks to come back because it does not know the sender yet: 450 or 451 to RCPT, with the status that
    /// such servers give (4.7.1, 4.2.0), or none.
    pub fn is_greylisting(&self) -> bool {
        matches!(
            (self.stage, &self.cause),
            (Stage::Rcpt, Cause::Refused(Reply { code: 450 | 451, enhanced: None | Some((4, 7, 0 | 1) | (4, 2, 0)) }))
        )
    }

    /// Whether the recipient does not exist, as a server says that knows: 5.1.x, or a mailbox that is closed.
    pub fn is_no_such_recipient(&self) -> bool {
        let Cause::Refused(reply) = &self.cause else { return false };
        let enhanced = matches!(reply.enhanced, Some((5, 1, 1 | 2 | 3 | 6 | 10) | (5, 2, 1)));
        enhanced && matches!(self.stage, Stage::Rcpt | Stage::FinalDot)
    }

    /// What to do with the mail.
    ///
    /// A 5xx is about the mail only where the mail was the subject: what a relay says to a greeting, to EHLO or to AUTH
    /// is about the hub, and so are the 53x that ask for TLS or a password. After the final dot only an
    /// answer is certain.
    pub fn verdict(&self) -> Verdict {
        match (self.stage, &self.cause) {
            (Stage::Mail | Stage::Rcpt | Stage::Data | Stage::FinalDot, Cause::Refused(reply)) => {
                if reply.is_permanent() && !matches!(reply.code, 530..=539) {
                    Verdict::Failed
                } else {
                    Verdict::Deferred
                }
            }
            (Stage::FinalDot, _) => Verdict::Unknown,
            _ => Verdict::Deferred,
        }
    }
}

/// Why a relay's settings are of no use.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// The host is neither a name nor an address.
    #[error("`{0}` is no host name")]
    Host(String),
    /// The EHLO name holds something else than a host name does.
    #[error("`{0}` is no name for EHLO")]
    HelloName(String),
    /// The file of trusted certificates cannot be read.
    #[error("cannot read the certificates in {path}: {detail}")]
    Roots {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        detail: String,
    },
    /// Only one of user and password is set.
    #[error("user and password of the relay go together")]
    HalfACredential,
}

#[cfg(test)]
mod tests {
    use super::*;

    const STAGES: [Stage; 13] = [
        Stage::Connect,
        Stage::Handshake,
        Stage::Greeting,
        Stage::Hello,
        Stage::StartTls,
        Stage::Authenticate,
        Stage::Reset,
        Stage::Mail,
        Stage::Rcpt,
        Stage::Data,
        Stage::Body,
        Stage::FinalDot,
        Stage::Quit,
    ];

    #[test]
    fn a_mail_is_unknown_only_after_its_final_dot() {
        for cause in [Cause::TimedOut, Cause::HungUp, Cause::Malformed, Cause::ReplyTooLong, Cause::Stopped] {
            for stage in STAGES {
                let unknown = SmtpError::new(stage, cause.clone()).verdict() == Verdict::Unknown;
                assert_eq!(unknown, stage == Stage::FinalDot, "{stage}: {cause}");
            }
        }
    }

    #[test]
    fn an_answer_is_certain_and_a_5xx_final_only_where_it_is_about_the_mail() {
        let verdict = |stage, code| SmtpError::new(stage, Cause::Refused(Reply { code, enhanced: None })).verdict();
        for stage in STAGES {
            assert_eq!(verdict(stage, 451), Verdict::Deferred, "{stage}");
            let about_the_mail = matches!(stage, Stage::Mail | Stage::Rcpt | Stage::Data | Stage::FinalDot);
            assert_eq!(verdict(stage, 550) == Verdict::Failed, about_the_mail, "{stage}");
            assert_eq!(verdict(stage, 530), Verdict::Deferred, "{stage}");
        }
    }
}
