//! An OTLP collector that keeps the names of spans by trace, and all that they say.

use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTraceServiceRequest, ExportTraceServiceResponse,
    trace_service_server::{TraceService, TraceServiceServer},
};
use tokio::net::TcpListener;
use tokio_stream::wrappers::TcpListenerStream;
use tonic::{Request, Response, Status};

#[derive(Default)]
struct Kept {
    /// The names of spans by trace.
    names: HashMap<String, Vec<String>>,
    /// Everything of every span.
    texts: Vec<String>,
}

pub(crate) struct Collector {
    pub(crate) address: SocketAddr,
    kept: Arc<Mutex<Kept>>,
}

struct Keeper(Arc<Mutex<Kept>>);

#[tonic::async_trait]
impl TraceService for Keeper {
    async fn export(
        &self,
        request: Request<ExportTraceServiceRequest>,
    ) -> Result<Response<ExportTraceServiceResponse>, Status> {
        let mut kept = self.0.lock().unwrap();
        let scopes = request.into_inner().resource_spans.into_iter().flat_map(|resource| resource.scope_spans);
        for span in scopes.flat_map(|scope| scope.spans) {
            let trace: String = span.trace_id.iter().map(|byte| format!("{byte:02x}")).collect();
            kept.texts.push(format!("{span:?}"));
            kept.names.entry(trace).or_default().push(span.name);
        }
        Ok(Response::new(ExportTraceServiceResponse::default()))
    }
}

impl Collector {
    pub(crate) async fn start() -> anyhow::Result<Self> {
        let kept = Arc::<Mutex<Kept>>::default();
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let server = tonic::transport::Server::builder().add_service(TraceServiceServer::new(Keeper(kept.clone())));
        tokio::spawn(server.serve_with_incoming(TcpListenerStream::new(listener)));
        Ok(Self { address, kept })
    }

    /// Everything that spans said, once one of this name has come, and what comes in the second after.
    pub(crate) async fn everything(&self, name: &str) -> Vec<String> {
        let started = Instant::now();
        let has_come = || self.kept.lock().unwrap().texts.iter().any(|text| text.contains(name));
        while !has_come() && started.elapsed() < Duration::from_secs(20) {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        // spans are sent in groups, every few seconds
        tokio::time::sleep(Duration::from_secs(6)).await;
        self.kept.lock().unwrap().texts.clone()
    }

    /// The names of a trace's spans, as soon as they are enough or the time is up.
    pub(crate) async fn wait_for(
        &self,
        trace: &str,
        is_enough: impl Fn(&[String]) -> bool,
        within: Duration,
    ) -> Vec<String> {
        let started = Instant::now();
        loop {
            let names = self.kept.lock().unwrap().names.get(trace).cloned().unwrap_or_default();
            if is_enough(&names) || started.elapsed() > within {
                return names;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}
