//! What can go wrong on the line, as scenarios name it.

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::Deserialize;

use super::Answered;

/// Something that goes wrong between an adapter and its billing system.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Fault {
    /// The answer takes its time.
    Slow {
        /// Milliseconds.
        ms: u64,
    },
    /// Nobody listens: nothing was sent.
    Refused,
    /// The request never arrives, and no answer comes.
    Silent,
    /// The request is carried out, and its answer gets lost.
    Lost,
    /// A failure in place of an answer; nothing was carried out.
    Status {
        /// The status.
        status: u16,
        /// `Retry-After` in seconds.
        retry_after: Option<u32>,
    },
    /// The request is carried out, and a failure is all that comes back.
    StatusAfter {
        /// The status.
        status: u16,
    },
    /// The request is carried out, and its answer is something else.
    Body {
        /// What comes instead, with status 200.
        body: String,
        /// What it says it is; the real answer's if left out.
        content_type: Option<String>,
    },
    /// The answer breaks off in the middle.
    Cut,
    /// The answer is so long.
    Huge {
        /// Bytes.
        bytes: usize,
    },
    /// The first item of every list comes twice (JSON).
    Doubled,
    /// The page before comes once more (JSON).
    Stale,
}

/// What happens before a request is forwarded.
#[derive(Debug)]
pub enum Moment {
    /// No connection.
    Refuse,
    /// No answer.
    Silence,
    /// An answer, and nothing forwarded.
    Answer(Answered),
    /// So many milliseconds pass.
    Wait(u64),
}

impl Fault {
    /// Whether it begins with a write: questions that come before are let through.
    pub(super) fn is_for_writes(&self) -> bool {
        matches!(self, Self::Lost | Self::StatusAfter { .. })
    }

    /// What it does before anything is sent.
    pub(super) fn before(&self) -> Option<Moment> {
        match self {
            Self::Refused => Some(Moment::Refuse),
            Self::Silent => Some(Moment::Silence),
            Self::Slow { ms } => Some(Moment::Wait(*ms)),
            Self::Status { status, retry_after } => {
                let mut answered = failure(*status);
                if let Some(wait) = retry_after {
                    answered.headers.insert(header::RETRY_AFTER, (*wait).into());
                }
                Some(Moment::Answer(answered))
            }
            _ => None,
        }
    }

    /// Its name for people.
    pub fn name(&self) -> String {
        match self {
            Self::Slow { ms } => format!("an answer after {ms} ms"),
            Self::Refused => "no connection".to_owned(),
            Self::Silent => "no answer".to_owned(),
            Self::Lost => "the answer lost after the write".to_owned(),
            Self::Status { status, .. } => format!("status {status}"),
            Self::StatusAfter { status } => format!("status {status} after the write"),
            Self::Body { body, .. } if body.is_empty() => "an empty answer".to_owned(),
            Self::Body { body, .. } => {
                format!("the answer `{}`", body.chars().take(24).collect::<String>().escape_debug())
            }
            Self::Cut => "an answer that breaks off".to_owned(),
            Self::Huge { bytes } => format!("an answer of {bytes} bytes"),
            Self::Doubled => "items that come twice".to_owned(),
            Self::Stale => "a page that comes once more".to_owned(),
        }
    }
}

/// What a server in front of a billing system says when that is down: a page for people.
pub(super) fn failure(status: u16) -> Answered {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let page = format!("<html><body><h1>{status}</h1></body></html>");
    let headers = HeaderMap::from_iter([(header::CONTENT_TYPE, HeaderValue::from_static("text/html"))]);
    Answered { status, headers, body: Bytes::from(page) }
}
