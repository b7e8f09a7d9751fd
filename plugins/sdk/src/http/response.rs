//! One answer.

use std::time::Duration;

use serde::Deserialize;

use super::retry_after;
use crate::types::Error;

/// The answer of a billing system, whole.
#[derive(Debug, Clone, Default)]
pub struct Response {
    /// The status, 100 to 599.
    pub status: u16,
    /// The `content-type`, if it was said.
    pub content_type: Option<String>,
    /// The `retry-after` as it came, if it was said.
    pub retry_after: Option<String>,
    /// The body, at most as long as the request allowed.
    pub body: Vec<u8>,
}

impl Response {
    /// Whether the status is 2xx.
    #[must_use]
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The body as JSON. Texts may be borrowed from it. The error says where and what, without any value: values are
    /// customers' data.
    pub fn json<'a, T: Deserialize<'a>>(&'a self) -> Result<T, Error> {
        read_json(&self.body)
    }

    /// How long to wait, where `retry-after` says so, in seconds or as an HTTP date.
    #[must_use]
    pub fn wait(&self) -> Option<Duration> {
        retry_after::parse(self.retry_after.as_deref()?, jiff::Timestamp::now())
    }

    /// What a status means that the billing system's description says nothing else about.
    ///
    /// A 401 or 403 here is about the hub's own credential, which the hub has already renewed once: a matter of
    /// configuration.
    #[must_use]
    pub fn error(&self) -> Error {
        match self.status {
            401 | 403 => {
                Error::config(format_args!("the billing system refuses the hub's credential ({})", self.status))
            }
            404 | 410 => Error::NotFound,
            408 | 425 => Error::unavailable(self.wait()),
            429 => Error::rate_limited(self.wait()),
            409 => Error::conflict("the billing system reports a conflict (409)"),
            500..=599 => Error::unavailable(self.wait()),
            status => Error::upstream(format_args!("unexpected status {status}")),
        }
    }

    /// What a status that is not 2xx means after a write. Where it says that nothing was changed, that is what `refusal`
    /// makes of it.
    ///
    /// 503 is what a system says before it begins; any other 5xx may have come after the change.
    pub fn error_of_write(&self, refusal: impl FnOnce(&Self) -> Error) -> Error {
        match self.status {
            status @ (500..=502 | 504..=599) => Error::outcome_unknown(format_args!("status {status} to a write")),
            _ => refusal(self),
        }
    }
}

/// Reads JSON, as [`Response::json`] does.
pub fn read_json<'a, T: Deserialize<'a>>(text: &'a [u8]) -> Result<T, Error> {
    serde_json::from_slice(text).map_err(|error| Error::upstream(json_error(&error)))
}

/// Says what is wrong with a JSON text, and where, without repeating any value of it: values are customers' data.
fn json_error(error: &serde_json::Error) -> String {
    let (line, column) = (error.line(), error.column());
    let text = error.to_string();
    if text.starts_with("missing field `") {
        text
    } else if error.is_data() {
        format!("a value of an unexpected type or form at line {line}, column {column}")
    } else {
        format!("not the expected JSON at line {line}, column {column}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    struct Named {
        #[serde(rename = "name")]
        _name: u8,
    }

    #[test]
    fn an_error_of_json_names_the_field_and_never_a_value() {
        let of = |body: &str| {
            let response = Response { body: body.as_bytes().to_vec(), ..Response::default() };
            match response.json::<Named>() {
                Err(Error::Upstream(text)) => text,
                other => panic!("not an upstream error: {other:?}"),
            }
        };
        assert!(of("{}").contains("missing field `name`"));
        assert!(!of(r#"{"name":"Petar Petrović"}"#).contains("Petar"));
        assert!(of("<html>").contains("line 1"));
    }

    #[test]
    fn a_server_error_is_unavailable_and_a_quota_has_its_wait() {
        let response = Response { status: 429, retry_after: Some("7".into()), ..Response::default() };
        assert_eq!(response.error(), Error::RateLimited(Some(7000)));
        assert_eq!(Response { status: 502, ..Response::default() }.error(), Error::Unavailable(None));
    }

    #[test]
    fn only_a_server_that_had_not_begun_has_certainly_written_nothing() {
        let of = |status| Response { status, ..Response::default() }.error_of_write(Response::error);
        assert_eq!(of(500), Error::OutcomeUnknown("status 500 to a write".to_owned()));
        assert!(matches!(of(504), Error::OutcomeUnknown(_)));
        assert_eq!(of(503), Error::Unavailable(None));
        assert_eq!(of(404), Error::NotFound);
    }
}
