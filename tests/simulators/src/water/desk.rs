//! Who is let in: one request at a time for everybody, until it is finished, whether its client waits or not.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};

use axum::Router;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{Request, State};
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use hyper::body::Frame;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tower::ServiceExt as _;

use super::envelope::BILLING;
use super::fault::Fault;
use crate::switches::Switches;

/// Where calls go.
pub(super) const PATH: &str = "/BillingService.asmx";

/// Lets one request in at a time.
#[derive(Debug, Clone)]
pub(super) struct Desk {
    /// Free while nobody is served.
    pub(super) free: Arc<Semaphore>,
    /// Requests that met another one.
    pub(super) turned_away: Arc<AtomicU64>,
    pub(super) switches: Switches,
}

impl Desk {
    pub(super) fn new(switches: Switches) -> Self {
        Self { free: Arc::new(Semaphore::new(1)), turned_away: Arc::default(), switches }
    }

    /// The one address, in front of the operations.
    pub(super) fn in_front_of(self, operations: Router) -> Router {
        Router::new().route(PATH, post(serve)).with_state((self, operations))
    }
}

async fn serve(State((desk, operations)): State<(Desk, Router)>, request: Request) -> Response {
    let settings = desk.switches.settings();
    if settings.down {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    if settings.busy {
        return Fault::BUSY.into_response();
    }
    let Ok(place) = Arc::clone(&desk.free).try_acquire_owned() else {
        desk.turned_away.fetch_add(1, Ordering::Relaxed);
        return Fault::BUSY.into_response();
    };
    // a body that does not arrive is nobody's request
    let Some(request) = arrived(request).await else { return StatusCode::BAD_REQUEST.into_response() };
    // goes on when the client has gone
    let served = tokio::spawn(async move {
        let response = operations.oneshot(request).await.unwrap_or_else(|never| match never {});
        response.map(|body| Body::new(Served { body, _place: place }))
    });
    served.await.unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response())
}

/// The whole request, addressed to its operation, which `SOAPAction` names.
async fn arrived(request: Request) -> Option<Request> {
    let (mut head, body) = request.into_parts();
    let body = axum::body::to_bytes(body, 1 << 20).await.ok()?;
    let action = head.headers.get("soapaction").and_then(|action| action.to_str().ok()).unwrap_or_default();
    let operation = action.trim_matches('"').strip_prefix(BILLING).and_then(|rest| rest.strip_prefix('/'));
    head.uri = format!("{PATH}/{}", operation.unwrap_or("nameless")).parse().unwrap_or_else(|_| Uri::from_static("/"));
    Some(Request::from_parts(head, Body::from(body)))
}

/// An answer that keeps its place until its last byte is sent.
struct Served {
    body: Body,
    _place: OwnedSemaphorePermit,
}

impl HttpBody for Served {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> hyper::body::SizeHint {
        self.body.size_hint()
    }
}
