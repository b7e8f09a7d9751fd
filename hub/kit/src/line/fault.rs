//! What can go wrong on the line, as scenarios name it.

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::Deserialize;

use super::Answered;
use crate::Subjects;

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
    /// The billing system's own word for being busy, `[busy]` of the subjects; nothing was carried out.
    Busy,
    /// A refusal that its description does not list, `[refusal]` of the subjects; nothing was carried out.
    Refusal,
    /// The same once the subjects have said what it looks like.
    #[serde(skip)]
    Said {
        /// What the fault is called.
        name: String,
        /// What comes in place of an answer.
        answer: SaidAnswer,
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
    /// The first item of every list comes twice (JSON, XML).
    Doubled,
    /// The first item of every list comes last (JSON, XML).
    Late,
    /// The page before comes once more.
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

/// An answer in a billing system's own words, as somebody wrote it down.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SaidAnswer {
    /// Its status.
    pub status: u16,
    /// What it says it is.
    pub content_type: String,
    /// Its body.
    pub body: String,
}

impl Fault {
    /// The fault with what the subjects say of it; where they say nothing, what they lack.
    pub(crate) fn said_by(&self, subjects: &Subjects) -> Result<Self, &'static str> {
        let (name, subject, answer) = match self {
            Self::Busy => ("its word for being busy", "busy", &subjects.busy),
            Self::Refusal => ("a refusal that nobody has described", "refusal", &subjects.refusal),
            known => return Ok(known.clone()),
        };
        answer.clone().map(|answer| Self::Said { name: name.to_owned(), answer }).ok_or(subject)
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
            Self::Said { answer, .. } => Some(Moment::Answer(said(answer))),
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
            Self::Busy | Self::Refusal => "what the subjects do not say".to_owned(),
            Self::Said { name, .. } => name.clone(),
            Self::Body { body, .. } if body.is_empty() => "an empty answer".to_owned(),
            Self::Body { body, .. } => {
                format!("the answer `{}`", body.chars().take(24).collect::<String>().escape_debug())
            }
            Self::Cut => "an answer that breaks off".to_owned(),
            Self::Huge { bytes } => format!("an answer of {bytes} bytes"),
            Self::Doubled => "items that come twice".to_owned(),
            Self::Late => "items that come late".to_owned(),
            Self::Stale => "a page that comes once more".to_owned(),
        }
    }
}

fn said(answer: &SaidAnswer) -> Answered {
    let mut answered = failure(answer.status);
    if let Ok(content_type) = HeaderValue::from_str(&answer.content_type) {
        answered.headers.insert(header::CONTENT_TYPE, content_type);
    }
    Answered { body: Bytes::from(answer.body.clone()), ..answered }
}

/// What a server in front of a billing system says when that is down: a page for people.
pub(super) fn failure(status: u16) -> Answered {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let page = format!("<html><body><h1>{status}</h1></body></html>");
    let headers = HeaderMap::from_iter([(header::CONTENT_TYPE, HeaderValue::from_static("text/html"))]);
    Answered { status, headers, body: Bytes::from(page) }
}
