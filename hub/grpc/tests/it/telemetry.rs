//! What operators see of calls: a span each, joined to the caller's trace, and counts by method and status.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use komunala_grpc::Settings;
use opentelemetry::{Context, Value, global, trace::TracerProvider};
use opentelemetry_sdk::{
    error::OTelSdkResult,
    metrics::{
        PeriodicReader, SdkMeterProvider, Temporality,
        data::{AggregatedMetrics, MetricData, ResourceMetrics},
        exporter::PushMetricExporter,
    },
    propagation::TraceContextPropagator,
    trace::{SdkTracerProvider, Span, SpanData, SpanProcessor},
};
use tonic::Request;
use tracing_subscriber::layer::SubscriberExt;

use crate::town::{KEY, TOKEN, Town, invoice, keyed, provider, signed_in};

/// Keeps the spans that ended.
#[derive(Debug, Clone, Default)]
struct Spans(Arc<Mutex<Vec<SpanData>>>);

impl SpanProcessor for Spans {
    fn on_start(&self, _: &mut Span, _: &Context) {}

    fn on_end(&self, span: SpanData) {
        self.0.lock().unwrap().push(span);
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _: Duration) -> OTelSdkResult {
        Ok(())
    }
}

impl Spans {
    async fn named(&self, name: &str) -> SpanData {
        for _ in 0..100 {
            if let Some(span) = self.0.lock().unwrap().iter().find(|span| span.name == name) {
                return span.clone();
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("no span {name} in {:?}", self.0.lock().unwrap().iter().map(|span| &span.name).collect::<Vec<_>>())
    }
}

fn attributes(span: &SpanData) -> BTreeMap<String, Value> {
    span.attributes.iter().map(|pair| (pair.key.to_string(), pair.value.clone())).collect()
}

#[tokio::test]
async fn a_call_is_a_span_of_the_callers_trace_and_tells_nothing_of_what_was_asked() {
    global::set_text_map_propagator(TraceContextPropagator::new());
    let spans = Spans::default();
    let tracer = SdkTracerProvider::builder().with_span_processor(spans.clone()).build().tracer("test");
    // Beside a single subscriber, a span that another test's thread comes to first is off for good: tracing asks that
    // thread's subscriber, and there is none. Of two it asks both.
    let _second = tracing::Dispatch::new(tracing::subscriber::NoSubscriber::new());
    // this test's thread runs the server too
    let listening = tracing::subscriber::set_default(
        tracing_subscriber::registry().with(tracing_opentelemetry::layer().with_tracer(tracer)),
    );

    let town = Town::start(Settings::default()).await;
    let mut request = keyed(provider("gas"));
    let parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    request.metadata_mut().insert("traceparent", parent.parse().unwrap());
    town.providers().await.get_provider(request).await.unwrap();

    let span = spans.named("komunala.v1.ProviderService/GetProvider").await;
    assert_eq!(span.span_context.trace_id().to_string(), "0af7651916cd43dd8448eb211c80319c");
    assert_eq!(span.parent_span_id.to_string(), "b7ad6b7169203331");
    let told = attributes(&span);
    assert_eq!(told["rpc.grpc.status_code"], Value::I64(0));
    assert_eq!(told["portal"], Value::from("town"));

    let mut stream = town.invoices().await.download_invoice(signed_in(invoice("secret-7"))).await.unwrap().into_inner();
    while stream.message().await.unwrap().is_some() {}
    let span = spans.named("komunala.v1.InvoiceService/DownloadInvoice").await;
    let told = format!("{:?}", attributes(&span));
    for secret in ["secret-7", KEY, TOKEN] {
        assert!(!told.contains(secret), "{told}");
    }
    drop(listening);
}

/// Keeps the last counts: status by method.
#[derive(Clone, Default)]
struct Counts(Arc<Mutex<BTreeMap<String, u64>>>);

impl PushMetricExporter for Counts {
    async fn export(&self, metrics: &ResourceMetrics) -> OTelSdkResult {
        let calls =
            metrics.scope_metrics().flat_map(|scope| scope.metrics()).filter(|m| m.name() == "rpc.server.calls");
        for metric in calls {
            let AggregatedMetrics::U64(MetricData::Sum(sum)) = metric.data() else { panic!("calls are a sum") };
            for point in sum.data_points() {
                let label = |name: &str| {
                    let found = point.attributes().find(|pair| pair.key.as_str() == name);
                    found.map(|pair| pair.value.to_string()).unwrap_or_default()
                };
                let key = format!("{} {}", label("rpc.method"), label("rpc.grpc.status_code"));
                self.0.lock().unwrap().insert(key, point.value());
            }
        }
        Ok(())
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _: Duration) -> OTelSdkResult {
        Ok(())
    }

    fn temporality(&self) -> Temporality {
        Temporality::Cumulative
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_are_counted_by_method_and_status() {
    let counts = Counts::default();
    let meters = SdkMeterProvider::builder().with_reader(PeriodicReader::builder(counts.clone()).build()).build();
    global::set_meter_provider(meters.clone());

    let town = Town::start(Settings::default()).await;
    let mut providers = town.providers().await;
    let mut invoices = town.invoices().await;
    providers.get_provider(Request::new(provider("gas"))).await.unwrap_err();
    let mut stream = invoices.download_invoice(signed_in(invoice("any"))).await.unwrap().into_inner();
    while stream.message().await.unwrap().is_some() {}
    let mut left = invoices.download_invoice(signed_in(invoice("stalls"))).await.unwrap().into_inner();
    left.message().await.unwrap();
    drop(left);
    tokio::time::sleep(Duration::from_millis(100)).await;

    meters.force_flush().unwrap();
    let counts = counts.0.lock().unwrap();
    for key in ["GetProvider 16", "DownloadInvoice 0", "DownloadInvoice 1"] {
        assert!(counts.get(key).is_some_and(|count| *count > 0), "{key} in {counts:?}");
    }
}
