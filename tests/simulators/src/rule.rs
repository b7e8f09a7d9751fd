//! Rules that make a simulator misbehave: where, how, and how often.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// One way to misbehave, for the requests that it matches.
///
/// Rules are tried in order. Latency adds up; the first other effect that applies decides the answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Rule {
    /// The beginning of the paths that it matches, by segments; `*` stands for any one segment, `/` for every path.
    #[serde(default = "every_path")]
    pub path: String,
    /// The HTTP method that it matches; every method if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// What it does.
    pub effect: Effect,
    /// How often it does that.
    #[serde(default)]
    pub times: Times,
}

/// What a rule does to a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "SCREAMING_SNAKE_CASE", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum Effect {
    /// Waits before the request is served.
    Latency {
        /// Milliseconds.
        ms: u64,
    },
    /// Answers with a status instead of serving; nothing is applied.
    Status {
        /// The HTTP status.
        status: u16,
        /// The header of that name.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        retry_after: Option<RetryAfter>,
        /// Whether the body is a web page, as from a proxy in between, rather than an error in the given shape.
        #[serde(default)]
        html: bool,
    },
    /// Answers with a status, and repeats what was sent in every part of the error; nothing is applied.
    Echo {
        /// The HTTP status.
        status: u16,
    },
    /// Waits and cuts the connection; nothing is applied.
    Timeout {
        /// Milliseconds until the cut.
        ms: u64,
    },
    /// Applies the request, then waits and cuts the connection without an answer.
    TimeoutAfterWrite {
        /// Milliseconds until the cut; 0 cuts at once.
        ms: u64,
    },
    /// Serves the request, and spoils the body of the answer.
    Malformed {
        /// How the body is spoilt.
        how: Malformation,
    },
}

/// How a body is spoilt; the status stays what it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Malformation {
    /// The first half of it.
    Truncated,
    /// A web page.
    Html,
    /// Nothing.
    Empty,
    /// JSON of another shape.
    OtherShape,
    /// Bytes that are not UTF-8.
    NotUtf8,
}

/// The header Retry-After in its two forms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum RetryAfter {
    /// A number of seconds.
    Seconds(u32),
    /// The HTTP date so many seconds from now.
    DateIn(u32),
}

/// How often a rule applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Times {
    /// To every request that it matches.
    #[default]
    Always,
    /// To the next so many that it matches.
    Next(u32),
    /// To so many of a thousand, spread evenly.
    PerMille(u16),
}

impl Rule {
    /// A rule for every request under a path.
    pub fn new(path: impl Into<String>, effect: Effect) -> Self {
        Self { path: path.into(), method: None, effect, times: Times::Always }
    }

    /// The same for one HTTP method only.
    #[must_use]
    pub fn method(self, method: impl Into<String>) -> Self {
        Self { method: Some(method.into()), ..self }
    }

    /// The same for the next so many requests only.
    #[must_use]
    pub fn next(self, count: u32) -> Self {
        Self { times: Times::Next(count), ..self }
    }

    /// The same for so many of a thousand requests only.
    #[must_use]
    pub fn per_mille(self, rate: u16) -> Self {
        Self { times: Times::PerMille(rate), ..self }
    }

    /// Whether the rule is about such a request.
    pub(crate) fn matches(&self, method: &str, path: &str) -> bool {
        let mut segments = path.split('/').filter(|segment| !segment.is_empty());
        let wanted = self.path.split('/').filter(|segment| !segment.is_empty());
        let under =
            wanted.into_iter().all(|wanted| segments.next().is_some_and(|segment| wanted == "*" || wanted == segment));
        under && self.method.as_deref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(method))
    }
}

impl Effect {
    /// Too many requests: 429 with a Retry-After.
    pub fn too_many(retry_after: RetryAfter) -> Self {
        Self::Status { status: 429, retry_after: Some(retry_after), html: false }
    }

    /// A status without more.
    pub fn status(status: u16) -> Self {
        Self::Status { status, retry_after: None, html: false }
    }
}

impl RetryAfter {
    /// The header's value, counted from now.
    pub(crate) fn header(self) -> String {
        match self {
            Self::Seconds(seconds) => seconds.to_string(),
            Self::DateIn(seconds) => {
                let then = Timestamp::now() + SignedDuration::from_secs(i64::from(seconds));
                jiff::fmt::rfc2822::DateTimePrinter::new()
                    .timestamp_to_rfc9110_string(&then)
                    .expect("today's years have four digits")
            }
        }
    }
}

fn every_path() -> String {
    "/".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_matches_by_segments_and_method() {
        let matches = |path: &str, request: &str| Rule::new(path, Effect::status(500)).matches("GET", request);
        assert!(matches("/", "/v1/readings"));
        assert!(matches("/v1/accounts/*/card", "/v1/accounts/a-1/card"));
        assert!(!matches("/v1/accounts/*/card", "/v1/accounts/a-1/invoices"));
        assert!(!matches("/v1/read", "/v1/readings"));
        assert!(!Rule::new("/", Effect::status(500)).method("post").matches("GET", "/v1/readings"));
    }

    #[test]
    fn rules_are_written_as_json() {
        let rule = Rule::new("/v1/readings", Effect::too_many(RetryAfter::Seconds(3))).method("POST").next(2);
        let json = serde_json::json!({
            "path": "/v1/readings", "method": "POST", "times": {"next": 2},
            "effect": {"type": "STATUS", "status": 429, "retryAfter": {"seconds": 3}, "html": false},
        });
        assert_eq!(serde_json::to_value(&rule).unwrap(), json);
        assert_eq!(serde_json::from_value::<Rule>(json).unwrap(), rule);
    }
}
