//! One request of a guest, from its hands to the answer.

use std::{
    sync::{Arc, LazyLock},
    time::Duration,
};

use bytes::Bytes;
use http::{HeaderName, Request, Response, StatusCode, header, request, uri};
use http_body_util::{BodyExt, Full};
use tracing::Instrument;
use wasmtime_wasi_http::{
    DEFAULT_FORBIDDEN_HEADERS, Error as WasiError, ForbiddenHeaderFilter, RequestOptions, WasiBody, WasiHttpHooks,
};

use super::{
    Gate, OAuthClient,
    body::{Metered, drain, of_transport, take_in},
    oauth::{OAuthError, Token},
    placeholder::{fill_body, fill_headers},
    trace,
    transport::{ResponseBody, TransportError},
    unattended,
};
use crate::{Limit, Refusal, call::CallState, credential::Proof};

/// How long a guest that is told no may still write.
const DRAIN_TIME: Duration = Duration::from_secs(1);

/// What a guest writes at a time; two such pieces are held before the hub takes them in.
const CHUNK: usize = 64 * 1024;

type Answer = (Response<WasiBody>, Box<dyn Future<Output = Result<(), WasiError>> + Send>);

/// The way out of one call.
pub(crate) struct Outgoing {
    gate: Arc<Gate>,
    call: Arc<CallState>,
}

impl Outgoing {
    pub(crate) fn new(gate: Arc<Gate>, call: Arc<CallState>) -> Self {
        Self { gate, call }
    }
}

/// Headers that only the hub sets: they frame the message, prove the hub, or carry its trace.
fn is_the_hubs(name: &HeaderName) -> bool {
    *name == header::AUTHORIZATION
        || *name == header::EXPECT
        || *name == header::TE
        || trace::HEADERS.contains(name)
        || DEFAULT_FORBIDDEN_HEADERS.contains(name)
}

static FORBIDDEN: LazyLock<ForbiddenHeaderFilter> = LazyLock::new(|| Arc::new(is_the_hubs));

impl WasiHttpHooks for Outgoing {
    fn is_forbidden_header(&mut self, name: &HeaderName) -> bool {
        is_the_hubs(name)
    }

    fn forbidden_header_filter(&mut self) -> ForbiddenHeaderFilter {
        Arc::clone(&FORBIDDEN)
    }

    fn set_host_header(&mut self) -> bool {
        // the client writes it from the URI
        false
    }

    fn default_scheme(&mut self) -> Option<uri::Scheme> {
        Some(uri::Scheme::HTTPS)
    }

    fn p2_outgoing_body_chunk_size(&mut self) -> usize {
        CHUNK
    }

    fn send_request(
        &mut self,
        request: Request<WasiBody>,
        options: Option<RequestOptions>,
        _: Box<dyn Future<Output = Result<(), WasiError>> + Send>,
    ) -> Box<dyn Future<Output = Result<Answer, WasiError>> + Send> {
        let (gate, call) = (Arc::clone(&self.gate), Arc::clone(&self.call));
        let admitted = gate.admit(&request, &call).map_err(|refusal| call.refusals.note(refusal));
        // no path: it may hold a customer's number
        let span = tracing::info_span!(
            "billing request",
            otel.kind = "client",
            http.request.method = request.method().as_str(),
            server.address = request.uri().host(),
            http.response.status_code = tracing::field::Empty,
        );
        Box::new(
            async move {
                if admitted.is_err() {
                    return Err(denied(request.into_body(), &call).await);
                }
                let response = exchange(&gate, request, options, &call).await?;
                tracing::Span::current().record("http.response.status_code", response.status().as_u16());
                let (head, body) = response.into_parts();
                let body = Metered::new(&head, body, call)?.boxed_unsync();
                let nothing_left: Box<dyn Future<Output = _> + Send> = Box::new(std::future::ready(Ok(())));
                Ok((Response::from_parts(head, body), nothing_left))
            }
            .instrument(span),
        )
    }
}

async fn denied(body: WasiBody, call: &CallState) -> WasiError {
    // whether it wrote everything by then changes nothing
    let _ = tokio::time::timeout(DRAIN_TIME, drain(body, call)).await;
    WasiError::HttpRequestDenied
}

async fn exchange(
    gate: &Gate,
    request: Request<WasiBody>,
    options: Option<RequestOptions>,
    call: &CallState,
) -> Result<Response<ResponseBody>, WasiError> {
    let (mut head, body) = request.into_parts();
    let body = take_in(body, call).await?;
    let secrets = &gate.grant.secrets;
    let filled = fill_headers(&mut head.headers, secrets).and_then(|()| fill_body(body, &head.headers, secrets));
    let body = filled.map_err(|refusal| refused(call, refusal))?;
    // the client writes the length of what is sent, which a placeholder may have changed
    head.headers.remove(header::CONTENT_LENGTH);
    trace::inject(&tracing::Span::current(), &mut head.headers);

    let wait = Duration::from_millis(gate.grant.limits.response_ms);
    let asked = options.and_then(|options| options.first_byte_timeout);
    let wait = asked.map_or(wait, |asked| asked.min(wait));
    match tokio::time::timeout(wait, prove_and_send(gate, head, body, call)).await {
        Ok(answer) => answer,
        Err(_) => {
            if asked.is_none_or(|asked| asked >= wait) {
                tracing::info!(limit = Limit::ResponseWait.name(), "the billing system does not answer");
            }
            Err(WasiError::HttpResponseTimeout)
        }
    }
}

async fn prove_and_send(
    gate: &Gate,
    mut head: request::Parts,
    body: Bytes,
    call: &CallState,
) -> Result<Response<ResponseBody>, WasiError> {
    let mut oauth = None;
    for credential in gate.grant.credentials.iter().filter(|credential| credential.is_for(&head.uri)) {
        match &credential.proof {
            Proof::Header(name, value) => {
                head.headers.insert(name.clone(), value.clone());
            }
            Proof::OAuth(client) => oauth = Some(client),
            // it was shown when the connection was made
            Proof::Certificate(_) => {}
        }
    }
    let Some(client) = oauth else { return send(gate, head, body, call).await };

    let token = client.token(gate.transport.as_ref()).await.map_err(|error| no_token(client, &error, call))?;
    let answer = send(gate, with_token(&head, &token), body.clone(), call).await?;
    if answer.status() != StatusCode::UNAUTHORIZED {
        return Ok(answer);
    }
    // once: a second refusal is the guest's to report
    drop(answer);
    let token = client.token_after(&token, gate.transport.as_ref()).await;
    let token = token.map_err(|error| no_token(client, &error, call))?;
    send(gate, with_token(&head, &token), body, call).await
}

fn with_token(head: &request::Parts, token: &Token) -> request::Parts {
    let mut head = head.clone();
    head.headers.insert(header::AUTHORIZATION, token.header.clone());
    head
}

async fn send(
    gate: &Gate,
    head: request::Parts,
    body: Bytes,
    call: &CallState,
) -> Result<Response<ResponseBody>, WasiError> {
    let request = Request::from_parts(head, Full::new(body));
    let answer = match &call.turn {
        None => gate.transport.send(request).await,
        Some(turn) => {
            let longest = Duration::from_millis(gate.grant.limits.exclusive_hold_ms);
            unattended::send(Arc::clone(&gate.transport), request, Arc::clone(turn), longest).await
        }
    };
    answer.map_err(|error| failed(&error, call))
}

fn failed(error: &TransportError, call: &CallState) -> WasiError {
    match error {
        TransportError::AddressNotGranted => call.refusals.note(Refusal::Address("of the request".to_owned())),
        TransportError::HeadTooLong => call.refuse(Limit::ResponseHeaders),
        error => tracing::info!(%error, "the billing system cannot be reached"),
    }
    of_transport(error)
}

fn no_token(client: &OAuthClient, error: &OAuthError, call: &CallState) -> WasiError {
    match error {
        OAuthError::Transport(error) => failed(error, call),
        OAuthError::Unavailable(_) => {
            tracing::info!(%error, url = %client.url(), "no token");
            WasiError::DestinationUnavailable
        }
        OAuthError::Refused(_) | OAuthError::Malformed => {
            refused(call, Refusal::Credential(error.to_string()));
            WasiError::ConfigurationError
        }
    }
}

fn refused(call: &CallState, refusal: Refusal) -> WasiError {
    call.refusals.note(refusal);
    WasiError::HttpRequestDenied
}
