//! A span per call, a child of the caller's if it sent a `traceparent` (W3C Trace Context). It names the method and the
//! status, and nothing of what was asked.

use std::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll, ready},
};

use http::HeaderMap;
use opentelemetry::{global, propagation::Extractor};
use pin_project_lite::pin_project;
use tower::Service;
use tracing::{Span, field::Empty, info_span};
use tracing_opentelemetry::OpenTelemetrySpanExt;

use super::{Request, RequestId, Response, ending::at_end, rpc};
use crate::rpc::Rpc;

#[derive(Debug, Clone)]
pub(crate) struct Trace<S>(pub(crate) S);

impl<S> Service<Request> for Trace<S>
where
    S: Service<Request, Response = Response, Error = Infallible>,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Traced<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.0.poll_ready(cx)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let rpc = rpc(request.extensions());
        let span = span(rpc, &request);
        let inner = span.in_scope(|| self.0.call(request));
        Traced { inner, rpc, span }
    }
}

fn span(rpc: &Rpc, request: &Request) -> Span {
    let span = info_span!(
        "call",
        otel.name = rpc.path.trim_start_matches('/'),
        otel.kind = "server",
        otel.status_code = Empty,
        rpc.system = "grpc",
        rpc.service = rpc.service(),
        rpc.method = rpc.method(),
        rpc.grpc.status_code = Empty,
        request_id = request.extensions().get::<RequestId>().map(RequestId::as_str),
        portal = Empty,
        operator = Empty,
    );
    if !span.is_disabled() && request.headers().contains_key("traceparent") {
        let parent = global::get_text_map_propagator(|propagator| propagator.extract(&Headers(request.headers())));
        // fails only where no OpenTelemetry layer listens: then there is no trace to join
        let _ = span.set_parent(parent);
    }
    span
}

struct Headers<'a>(&'a HeaderMap);

impl Extractor for Headers<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).and_then(|value| value.to_str().ok())
    }

    fn keys(&self) -> Vec<&str> {
        self.0.keys().map(http::HeaderName::as_str).collect()
    }
}

pin_project! {
    pub(crate) struct Traced<F> {
        #[pin]
        inner: F,
        rpc: &'static Rpc,
        span: Span,
    }
}

impl<F: Future<Output = Result<Response, Infallible>>> Future for Traced<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let entered = this.span.enter();
        let Ok(response) = ready!(this.inner.poll(cx));
        drop(entered);
        if this.span.is_disabled() {
            return Poll::Ready(Ok(response));
        }
        let span = std::mem::replace(this.span, Span::none());
        Poll::Ready(Ok(at_end(response, this.rpc.shape, move |code| {
            span.record("rpc.grpc.status_code", code as i64);
            if matches!(code, tonic::Code::Internal | tonic::Code::Unknown | tonic::Code::DataLoss) {
                span.record("otel.status_code", "ERROR");
            }
        })))
    }
}
