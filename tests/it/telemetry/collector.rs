//! An OTLP collector that keeps the names of spans by trace.

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

type Names = Arc<Mutex<HashMap<String, Vec<String>>>>;

pub(super) struct Collector {
    pub(super) address: SocketAddr,
    names: Names,
}

struct Keeper(Names);

#[tonic::async_trait]
impl TraceService for Keeper {
    async fn export(
        &self,
        request: Request<ExportTraceServiceRequest>,
    ) -> Result<Response<ExportTraceServiceResponse>, Status> {
        let mut names = self.0.lock().unwrap();
        let scopes = request.into_inner().resource_spans.into_iter().flat_map(|resource| resource.scope_spans);
        for span in scopes.flat_map(|scope| scope.spans) {
            let trace: String = span.trace_id.iter().map(|byte| format!("{byte:02x}")).collect();
            names.entry(trace).or_default().push(span.name);
        }
        Ok(Response::new(ExportTraceServiceResponse::default()))
    }
}

impl Collector {
    pub(super) async fn start() -> anyhow::Result<Self> {
        let names = Names::default();
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let server = tonic::transport::Server::builder().add_service(TraceServiceServer::new(Keeper(names.clone())));
        tokio::spawn(server.serve_with_incoming(TcpListenerStream::new(listener)));
        Ok(Self { address, names })
    }

    /// The names of a trace's spans, as soon as they are enough or the time is up.
    pub(super) async fn wait_for(
        &self,
        trace: &str,
        is_enough: impl Fn(&[String]) -> bool,
        within: Duration,
    ) -> Vec<String> {
        let started = Instant::now();
        loop {
            let names = self.names.lock().unwrap().get(trace).cloned().unwrap_or_default();
            if is_enough(&names) || started.elapsed() > within {
                return names;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}
