//! An exchange in the file.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use serde::{Deserialize, Serialize};

use super::Scrubber;
use crate::line::{Answered, Asked};

/// A request and its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Exchange {
    ask: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    action: Option<String>,
    #[serde(default, skip_serializing_if = "Content::is_empty")]
    sent: Content,
    status: u16,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    headers: Vec<(String, String)>,
    #[serde(default, skip_serializing_if = "Content::is_empty")]
    body: Content,
}

/// Bytes: as text where they are text.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Content {
    #[default]
    Nothing,
    Text(String),
    Base64(String),
}

impl Content {
    fn of(bytes: &Bytes, scrubber: &Scrubber) -> Self {
        match std::str::from_utf8(bytes) {
            Ok("") => Self::Nothing,
            // carriage returns and the like would not survive an editor
            Ok(text) if text.chars().all(|c| !c.is_control() || c == '\n' || c == '\t') => {
                Self::Text(scrubber.scrubbed(text))
            }
            _ => Self::Base64(BASE64_STANDARD.encode(scrubber.scrubbed_bytes(bytes))),
        }
    }

    fn bytes(&self) -> Bytes {
        match self {
            Self::Nothing => Bytes::new(),
            Self::Text(text) => Bytes::from(text.clone()),
            Self::Base64(text) => Bytes::from(BASE64_STANDARD.decode(text).unwrap_or_default()),
        }
    }

    fn is_empty(&self) -> bool {
        *self == Self::Nothing
    }
}

impl Exchange {
    pub(super) fn of(asked: &Asked, answered: &Answered, scrubber: &Scrubber) -> Self {
        let header = |(name, value): (&HeaderName, &HeaderValue)| {
            (name.to_string(), scrubber.scrubbed(&String::from_utf8_lossy(value.as_bytes())))
        };
        Self {
            ask: scrubber.scrubbed(&format!("{} {}", asked.method, asked.path)),
            action: asked.action.clone(),
            sent: Content::of(&asked.body, scrubber),
            status: answered.status.as_u16(),
            headers: answered.headers.iter().map(header).collect(),
            body: Content::of(&answered.body, scrubber),
        }
    }

    /// The request, as far as it was kept.
    pub(super) fn asked(&self) -> Asked {
        let (method, path) = self.ask.split_once(' ').unwrap_or(("GET", &self.ask));
        Asked {
            method: method.to_owned(),
            path: path.to_owned(),
            action: self.action.clone(),
            headers: Vec::new(),
            body: self.sent.bytes(),
        }
    }

    pub(super) fn answered(&self) -> Answered {
        let header = |(name, value): &(String, String)| {
            Some((HeaderName::try_from(name).ok()?, HeaderValue::try_from(value).ok()?))
        };
        Answered {
            status: StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            headers: self.headers.iter().filter_map(header).collect::<HeaderMap>(),
            body: self.body.bytes(),
        }
    }
}
