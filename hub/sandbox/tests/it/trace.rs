//! The trace of a portal's call goes on at the billing system.

use std::time::Duration;

use opentelemetry::trace::{TraceContextExt, TracerProvider};
use opentelemetry_sdk::{propagation::TraceContextPropagator, trace::SdkTracerProvider};
use tracing::{Instrument, subscriber::NoSubscriber};
use tracing_opentelemetry::OpenTelemetrySpanExt;
use tracing_subscriber::layer::SubscriberExt;

use crate::{adapters::Hostile, server::Server};

#[tokio::test]
async fn a_request_carries_the_trace_of_the_call_that_caused_it() {
    opentelemetry::global::set_text_map_propagator(TraceContextPropagator::new());
    let tracer = SdkTracerProvider::builder().build().tracer("test");
    let subscriber = tracing_subscriber::registry().with(tracing_opentelemetry::layer().with_tracer(tracer));
    // Beside a single subscriber, a span that another test's thread comes to first is off for good: tracing asks that
    // thread's subscriber, and there is none. Of two it asks both.
    let _second = tracing::Dispatch::new(NoSubscriber::new());
    // for this thread, which is the one that this runtime runs its tasks on
    let _tracing = tracing::subscriber::set_default(subscriber);

    let server = Server::start().await;
    let hostile = Hostile::new(&server, "");
    let portal = tracing::info_span!("a portal's call");
    let trace = portal.context().span().span_context().trace_id().to_string();
    hostile.account("request", Duration::from_secs(5)).instrument(portal).await.unwrap();

    let [request] = &server.arrived("/request")[..] else { panic!("one request") };
    let parent = request.headers["traceparent"].to_str().unwrap();
    assert_eq!(parent.split('-').nth(1), Some(trace.as_str()), "{parent}");
}
