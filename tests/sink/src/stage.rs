//! The places in an SMTP session at which something can go wrong.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// A place in an SMTP session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// The greeting.
    Connect,
    /// EHLO or HELO.
    Ehlo,
    /// STARTTLS, before the 220.
    StartTls,
    /// The TLS handshake, after the 220.
    Handshake,
    /// AUTH.
    Auth,
    /// MAIL FROM.
    Mail,
    /// RCPT TO.
    Rcpt,
    /// DATA, before the 354.
    Data,
    /// Within the message, after at least so many bytes of it.
    Body {
        /// Bytes of the message.
        after: usize,
    },
    /// After the final dot, before the mail is recorded.
    Received,
    /// After the mail is recorded, before the 250: the client cannot know whether it arrived.
    Recorded,
    /// RSET.
    Rset,
    /// NOOP.
    Noop,
    /// QUIT.
    Quit,
}

/// A stage that does not exist.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error(
    "{0:?} is no stage; there are connect, ehlo, starttls, handshake, auth, mail, rcpt, data, body@BYTES, received, recorded, rset, noop and quit"
)]
pub struct UnknownStage(String);

impl Stage {
    const NAMED: [(&'static str, Self); 14] = [
        ("connect", Self::Connect),
        ("ehlo", Self::Ehlo),
        ("starttls", Self::StartTls),
        ("handshake", Self::Handshake),
        ("auth", Self::Auth),
        ("mail", Self::Mail),
        ("rcpt", Self::Rcpt),
        ("data", Self::Data),
        ("body", Self::Body { after: 0 }),
        ("received", Self::Received),
        ("recorded", Self::Recorded),
        ("rset", Self::Rset),
        ("noop", Self::Noop),
        ("quit", Self::Quit),
    ];

    /// Whether both are the same place; a body is one place, however far into it.
    pub(crate) fn is(self, other: Self) -> bool {
        std::mem::discriminant(&self) == std::mem::discriminant(&other)
    }

    /// The code with which a server goes on at this place.
    pub(crate) fn code(self) -> u16 {
        match self {
            Self::Connect | Self::StartTls | Self::Handshake => 220,
            Self::Auth => 235,
            Self::Data => 354,
            Self::Quit => 221,
            _ => 250,
        }
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = Self::NAMED.iter().find(|(_, stage)| stage.is(*self)).map_or("", |(name, _)| name);
        match self {
            Self::Body { after } if *after > 0 => write!(f, "{name}@{after}"),
            _ => f.write_str(name),
        }
    }
}

impl FromStr for Stage {
    type Err = UnknownStage;

    fn from_str(text: &str) -> Result<Self, UnknownStage> {
        if let Some(after) = text.strip_prefix("body@") {
            return after.parse().map(|after| Self::Body { after }).map_err(|_| UnknownStage(text.to_owned()));
        }
        let named = Self::NAMED.iter().find(|(name, _)| *name == text);
        named.map(|(_, stage)| *stage).ok_or_else(|| UnknownStage(text.to_owned()))
    }
}
