//! The layer that counts requests and applies the rules of the switches to them.

use std::time::Duration;

use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::counters::Counters;
use crate::rule::{Effect, Malformation, RetryAfter};
use crate::server::Cut;
use crate::switches::{SwitchSettings, Switches};

/// The largest answer that is read in to be spoilt.
const MAX_SPOILT: usize = 1 << 20;

const WEB_PAGE: &str = "<html><body><h1>502 Bad Gateway</h1></body></html>";

/// What the layer needs.
#[derive(Debug, Clone, Default)]
pub(crate) struct Faults {
    pub(crate) switches: Switches,
    pub(crate) counters: Counters,
}

impl Faults {
    /// With nothing counted, and the switches standing so.
    pub(crate) fn standing(settings: SwitchSettings) -> Self {
        let faults = Self::default();
        faults.switches.set(settings);
        faults
    }
}

/// Counts a request, and serves it as well or badly as the rules want.
pub(crate) async fn layer(State(faults): State<Faults>, request: Request, next: Next) -> Response {
    let route = route(&request);
    let traceparent = request.headers().get("traceparent").and_then(|value| value.to_str().ok());
    let _in_progress = faults.counters.arrive(&route, traceparent);
    let verdict = faults.switches.judge(request.method().as_str(), request.uri().path());
    tokio::time::sleep(verdict.latency).await;
    let response = match verdict.effect {
        None | Some(Effect::Latency { .. }) => next.run(request).await,
        Some(Effect::Status { status, retry_after, html }) => refuse(status, retry_after, html),
        Some(Effect::Echo { status }) => echo(request, status).await,
        Some(Effect::Timeout { ms }) => cut_after(ms).await,
        Some(Effect::TimeoutAfterWrite { ms }) => {
            next.run(request).await;
            cut_after(ms).await
        }
        Some(Effect::Malformed { how }) => spoil(next.run(request).await, how).await,
    };
    let cut = response.extensions().get::<Cut>().is_some();
    faults.counters.answered(if cut { 0 } else { response.status().as_u16() });
    response
}

/// Method and route of a request, with `{…}` where the route has a parameter.
pub(crate) fn route(request: &Request) -> String {
    let path = request.extensions().get::<MatchedPath>().map_or("(unknown)", MatchedPath::as_str);
    format!("{} {path}", request.method())
}

fn refuse(status: u16, retry_after: Option<RetryAfter>, html: bool) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let code = match status.as_u16() {
        401 => "UNAUTHORIZED",
        429 => "RATE_LIMITED",
        500.. => "INTERNAL",
        _ => "REFUSED",
    };
    let body = json!({"code": code, "message": "as the switches say", "fields": []});
    let mut response = if html {
        (status, [(CONTENT_TYPE, "text/html")], WEB_PAGE).into_response()
    } else {
        (status, axum::Json(body)).into_response()
    };
    if let Some(value) = retry_after.and_then(|retry_after| HeaderValue::try_from(retry_after.header()).ok()) {
        response.headers_mut().insert(RETRY_AFTER, value);
    }
    response
}

/// What a careless billing system says: the values of the request, as code, message and fields.
async fn echo(request: Request, status: u16) -> Response {
    let sent = axum::body::to_bytes(request.into_body(), MAX_SPOILT).await.unwrap_or_default();
    let sent = serde_json::from_slice::<serde_json::Value>(&sent).unwrap_or_default();
    let values: Vec<&str> = sent.as_object().into_iter().flatten().filter_map(|(_, value)| value.as_str()).collect();
    let said = values.join(" ");
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, axum::Json(json!({"code": said, "message": said, "fields": values}))).into_response()
}

/// The server closes the connection when it meets this answer.
async fn cut_after(ms: u64) -> Response {
    tokio::time::sleep(Duration::from_millis(ms)).await;
    let mut response = StatusCode::GATEWAY_TIMEOUT.into_response();
    response.extensions_mut().insert(Cut);
    response
}

async fn spoil(response: Response, how: Malformation) -> Response {
    let (mut head, body) = response.into_parts();
    let bytes = axum::body::to_bytes(body, MAX_SPOILT).await.unwrap_or_default();
    let spoilt = match how {
        Malformation::Truncated => bytes.slice(..bytes.len() / 2),
        Malformation::Html => WEB_PAGE.into(),
        Malformation::Empty => Default::default(),
        Malformation::OtherShape => r#"{"items":{"surprise":true},"total":[],"accountId":7}"#.into(),
        Malformation::NotUtf8 => b"{\"accountId\":\"\xc8\xe8\xfe\"}".as_slice().into(),
    };
    head.headers.remove(CONTENT_LENGTH);
    Response::from_parts(head, Body::from(spoilt))
}
