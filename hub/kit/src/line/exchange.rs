//! A request and its answer, as far as they matter to whoever compares or repeats them.

use bytes::Bytes;
use futures::stream;
use http::{HeaderMap, HeaderValue, Response, StatusCode, header, request, response};
use http_body::Frame;
use http_body_util::{BodyExt, Full, StreamBody, combinators::UnsyncBoxBody};
use komunala_sandbox::{ResponseBody, TransportError};
use serde_json::Value as Json;

/// Headers of an answer that mean something to an adapter.
const KEPT: [header::HeaderName; 6] = [
    header::CONTENT_TYPE,
    header::RETRY_AFTER,
    header::LOCATION,
    header::CONTENT_ENCODING,
    header::ETAG,
    header::LAST_MODIFIED,
];

/// A request that an adapter made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// `GET`.
    pub method: String,
    /// The path with its query.
    pub path: String,
    /// SOAP's name of the operation.
    pub action: Option<String>,
    /// Every header that the adapter set, as text.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Bytes,
}

impl Asked {
    pub(crate) fn of(head: &request::Parts, body: &Bytes) -> Self {
        let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        Self {
            method: head.method.to_string(),
            path: head.uri.path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string),
            action: head.headers.get("soapaction").map(text),
            headers: head
                .headers
                .iter()
                .filter(|(name, _)| **name != header::AUTHORIZATION && **name != header::COOKIE)
                .map(|(name, value)| (name.to_string(), text(value)))
                .collect(),
            body: body.clone(),
        }
    }

    /// Method and path, for people.
    pub fn line(&self) -> String {
        match &self.action {
            Some(action) => format!("{} {} {action}", self.method, self.path),
            None => format!("{} {}", self.method, self.path),
        }
    }

    /// Where it goes, whatever it asks there: the path without its query, and the operation.
    pub(crate) fn address(&self) -> String {
        let path = self.path.split('?').next().unwrap_or_default();
        format!("{path} {}", self.action.as_deref().unwrap_or_default())
    }

    /// Whether its method says that it changes something.
    pub(crate) fn changes_by_method(&self) -> bool {
        !matches!(self.method.as_str(), "GET" | "HEAD" | "OPTIONS")
    }

    /// Whether doing it twice is the same as once, by its method.
    pub(crate) fn may_be_repeated(&self) -> bool {
        matches!(self.method.as_str(), "PUT" | "DELETE")
    }

    /// Whether one of the words stands in it.
    pub(crate) fn mentions(&self, words: &[String]) -> bool {
        let body = String::from_utf8_lossy(&self.body);
        let line = self.line();
        words.iter().any(|word| line.contains(word.as_str()) || body.contains(word.as_str()))
    }

    /// Whether an idempotency key stands in it.
    pub(crate) fn carries(&self, key: &str) -> bool {
        self.headers.iter().any(|(_, value)| value.contains(key)) || self.mentions(&[key.to_owned()])
    }

    /// Whether the hub itself asks for its OAuth token.
    pub(crate) fn is_for_a_token(&self) -> bool {
        self.body.starts_with(b"grant_type=client_credentials")
    }

    /// Whether it says the same: JSON by its values, everything else by its bytes.
    pub(crate) fn is_like(&self, other: &Self) -> bool {
        self.method == other.method && self.path == other.path && self.action == other.action && self.says_like(other)
    }

    /// Whether the bodies say the same.
    pub(crate) fn says_like(&self, other: &Self) -> bool {
        let json = |asked: &Self| serde_json::from_slice::<Json>(&asked.body).ok();
        self.body == other.body || json(self).is_some_and(|said| json(other) == Some(said))
    }
}

/// A billing system's answer.
#[derive(Debug, Clone)]
pub struct Answered {
    /// Its status.
    pub status: StatusCode,
    /// The headers that are kept.
    pub headers: HeaderMap,
    /// Its body, whole.
    pub body: Bytes,
}

impl Answered {
    pub(crate) fn of(head: &response::Parts, body: Bytes) -> Self {
        let headers = KEPT.iter().filter_map(|name| Some((name.clone(), head.headers.get(name)?.clone())));
        Self { status: head.status, headers: headers.collect(), body }
    }

    /// As it goes to the guest; `is_cut` lets it break off in the middle.
    pub(crate) fn into_response(self, is_cut: bool) -> Response<ResponseBody> {
        let length = self.body.len();
        let body = if is_cut { cut(&self.body) } else { whole(self.body) };
        let mut response = Response::new(body);
        *response.status_mut() = self.status;
        *response.headers_mut() = self.headers;
        response.headers_mut().insert(header::CONTENT_LENGTH, length.into());
        response
    }
}

fn whole(body: Bytes) -> ResponseBody {
    Full::new(body).map_err(|never| match never {}).boxed_unsync()
}

/// The first half, and then the connection breaks.
fn cut(body: &Bytes) -> ResponseBody {
    let half = body.slice(..body.len() / 2);
    let broken = Err(TransportError::Protocol("broken off by the check".into()));
    UnsyncBoxBody::new(StreamBody::new(stream::iter([Ok(Frame::data(half)), broken])))
}
