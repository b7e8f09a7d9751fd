//! Logs, traces and metrics.
//!
//! Logs are lines of JSON on the standard error. What never stands in one: PINs, codes, passwords, tokens, keys, bodies
//! of mails and documents, e-mail addresses, customer numbers. Types that hold such things print without them, and
//! statements, requests and answers of other systems are logged by their kind and outcome only.
//!
//! Traces and metrics leave by OTLP when a collector is configured. They are handed over through bounded queues by
//! threads of their own: a collector that is down costs spans, never a call.

use std::time::Duration;

use opentelemetry::{global, trace::TracerProvider};
use opentelemetry_otlp::WithExportConfig;
use opentelemetry_sdk::{
    Resource, metrics::SdkMeterProvider, propagation::TraceContextPropagator, trace::SdkTracerProvider,
};
use serde::Deserialize;
use tracing_subscriber::{EnvFilter, Layer, layer::SubscriberExt, util::SubscriberInitExt};

/// What is told to whom.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TelemetrySettings {
    /// What is logged.
    pub log: String,
    /// How.
    pub format: LogFormat,
    /// The collector's OTLP endpoint; none by default.
    pub otlp: Option<String>,
}

/// How a log line looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// One JSON object a line.
    Json,
    /// For people.
    Text,
}

/// Why telemetry could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// The filter is no filter.
    #[error("telemetry.log is no log filter: {0}")]
    Filter(#[from] tracing_subscriber::filter::ParseError),
    /// The endpoint is no endpoint.
    #[error("telemetry.otlp cannot be used: {0}")]
    Exporter(#[from] opentelemetry_otlp::ExporterBuildError),
    /// Something in this process logs already.
    #[error("telemetry is set up already")]
    Twice(#[from] tracing_subscriber::util::TryInitError),
}

/// Keeps the exporters alive; hands over what is left when it is dropped.
#[must_use = "telemetry ends when this is dropped"]
#[derive(Default)]
pub struct Telemetry {
    traces: Option<SdkTracerProvider>,
    metrics: Option<SdkMeterProvider>,
}

/// Below `info` the compiler of the adapters writes gigabytes, about nothing that an operator asks, and the host
/// bindings write down what guests pass to them, which may be anything.
const QUIET: &str = "cranelift_codegen=warn,cranelift_frontend=warn,regalloc2=warn,wasmtime_internal_cranelift=warn,\
                     wasmtime=info,wasmtime_wasi=info,wasmtime_wasi_http=info,wasmtime_wasi_io=info";

/// How long the last spans may take to leave.
const FLUSH: Duration = Duration::from_secs(2);

impl Telemetry {
    /// Sets up logs for this process, and traces and metrics where a collector is configured.
    pub fn start(settings: &TelemetrySettings) -> Result<Self, TelemetryError> {
        global::set_text_map_propagator(TraceContextPropagator::new());
        let filter = || EnvFilter::try_new(format!("{},{QUIET}", settings.log));
        let lines = match settings.format {
            LogFormat::Json => tracing_subscriber::fmt::layer()
                .json()
                .flatten_event(true)
                .with_span_list(false)
                .with_writer(std::io::stderr)
                .with_filter(filter()?)
                .boxed(),
            LogFormat::Text => {
                tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_filter(filter()?).boxed()
            }
        };
        let started = match &settings.otlp {
            Some(endpoint) => Self::export(endpoint)?,
            None => Self::default(),
        };
        let spans = started.traces.as_ref().map(|traces| {
            tracing_opentelemetry::layer().with_tracer(traces.tracer("komunala")).with_filter(exported_spans())
        });
        tracing_subscriber::registry().with(lines).with(spans).try_init()?;
        Ok(started)
    }

    fn export(endpoint: &str) -> Result<Self, TelemetryError> {
        let resource = Resource::builder()
            .with_service_name("komunala")
            .with_attribute(opentelemetry::KeyValue::new("service.version", env!("CARGO_PKG_VERSION")))
            .build();
        let spans = opentelemetry_otlp::SpanExporter::builder().with_tonic().with_endpoint(endpoint).build()?;
        let metrics = opentelemetry_otlp::MetricExporter::builder().with_tonic().with_endpoint(endpoint).build()?;
        let traces = SdkTracerProvider::builder().with_resource(resource.clone()).with_batch_exporter(spans).build();
        let metrics = SdkMeterProvider::builder().with_resource(resource).with_periodic_exporter(metrics).build();
        global::set_meter_provider(metrics.clone());
        Ok(Self { traces: Some(traces), metrics: Some(metrics) })
    }
}

/// The hub's own spans from `info` on; those of the libraries beneath would export their own exporting.
fn exported_spans() -> EnvFilter {
    EnvFilter::new(
        "off,komunala_app=info,komunala_delivery=info,komunala_grpc=info,komunala_sandbox=info,\
         komunala_server=info,komunala_store=info",
    )
}

impl Drop for Telemetry {
    fn drop(&mut self) {
        // a collector that is down has been logged by its exporter
        if let Some(traces) = &self.traces {
            let _ = traces.shutdown_with_timeout(FLUSH);
        }
        if let Some(metrics) = &self.metrics {
            let _ = metrics.shutdown_with_timeout(FLUSH);
        }
    }
}
