//! The stages of a session.

use std::{fmt, time::Duration};

use crate::settings::StageTimeouts;

/// Where a session stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Stage {
    /// Resolving the relay's name and connecting.
    Connect,
    /// The TLS handshake.
    Handshake,
    /// Waiting for the greeting.
    Greeting,
    /// EHLO.
    Hello,
    /// STARTTLS.
    StartTls,
    /// AUTH.
    Authenticate,
    /// RSET, after a mail that came to nothing.
    Reset,
    /// MAIL FROM.
    Mail,
    /// RCPT TO.
    Rcpt,
    /// DATA.
    Data,
    /// The body, the final dot not yet sent: the relay does not have the mail.
    Body,
    /// Between the final dot and its answer: nobody knows whether the relay has the mail.
    FinalDot,
    /// QUIT.
    Quit,
}

impl Stage {
    /// How long the stage may take; of the body, one block.
    pub fn bound(self, timeouts: &StageTimeouts) -> Duration {
        match self {
            Self::Connect => timeouts.connect,
            Self::Handshake => timeouts.handshake,
            Self::Greeting => timeouts.greeting,
            Self::Hello | Self::StartTls | Self::Authenticate | Self::Reset => timeouts.command,
            Self::Mail => timeouts.mail,
            Self::Rcpt => timeouts.rcpt,
            Self::Data => timeouts.data,
            Self::Body => timeouts.block,
            Self::FinalDot => timeouts.final_dot,
            Self::Quit => timeouts.quit,
        }
    }

    /// A word for metrics and logs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Connect => "connect",
            Self::Handshake => "handshake",
            Self::Greeting => "greeting",
            Self::Hello => "hello",
            Self::StartTls => "starttls",
            Self::Authenticate => "authenticate",
            Self::Reset => "reset",
            Self::Mail => "mail",
            Self::Rcpt => "rcpt",
            Self::Data => "data",
            Self::Body => "body",
            Self::FinalDot => "final dot",
            Self::Quit => "quit",
        }
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
