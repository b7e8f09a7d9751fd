//! How many calls there are and how long they take, by method and status. Labels are static: a caller cannot make any.

use std::{
    convert::Infallible,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Instant,
};

use opentelemetry::{
    KeyValue, global,
    metrics::{Counter, Histogram},
};
use pin_project_lite::pin_project;
use tonic::Code;
use tower::Service;

use super::{Request, Response, ending::at_end, rpc};
use crate::rpc::Rpc;

/// The instruments. Without a meter provider they do nothing.
#[derive(Debug)]
pub(crate) struct Instruments {
    calls: Counter<u64>,
    duration: Histogram<f64>,
}

impl Instruments {
    pub(crate) fn new() -> Arc<Self> {
        let meter = global::meter("komunala");
        Arc::new(Self {
            calls: meter.u64_counter("rpc.server.calls").with_description("calls answered").build(),
            duration: meter
                .f64_histogram("rpc.server.call.duration")
                .with_unit("s")
                .with_description("time until a call was answered in full")
                .build(),
        })
    }

    fn record(&self, rpc: &'static Rpc, code: Code, since: Instant) {
        let labels = [
            KeyValue::new("rpc.service", rpc.service()),
            KeyValue::new("rpc.method", rpc.method()),
            KeyValue::new("rpc.grpc.status_code", code as i64),
        ];
        self.calls.add(1, &labels);
        self.duration.record(since.elapsed().as_secs_f64(), &labels);
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Measure<S> {
    pub(crate) inner: S,
    pub(crate) instruments: Arc<Instruments>,
}

impl<S> Service<Request> for Measure<S>
where
    S: Service<Request, Response = Response, Error = Infallible>,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Measured<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        Measured {
            rpc: rpc(request.extensions()),
            since: Instant::now(),
            instruments: Some(self.instruments.clone()),
            inner: self.inner.call(request),
        }
    }
}

pin_project! {
    pub(crate) struct Measured<F> {
        #[pin]
        inner: F,
        rpc: &'static Rpc,
        since: Instant,
        instruments: Option<Arc<Instruments>>,
    }

    impl<F> PinnedDrop for Measured<F> {
        fn drop(this: Pin<&mut Self>) {
            let this = this.project();
            // the caller went away before there was an answer
            if let Some(instruments) = this.instruments.take() {
                instruments.record(this.rpc, Code::Cancelled, *this.since);
            }
        }
    }
}

impl<F: Future<Output = Result<Response, Infallible>>> Future for Measured<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let Ok(response) = ready!(this.inner.poll(cx));
        let (rpc, since) = (*this.rpc, *this.since);
        Poll::Ready(Ok(match this.instruments.take() {
            Some(instruments) => at_end(response, rpc.shape, move |code| instruments.record(rpc, code, since)),
            None => response,
        }))
    }
}
