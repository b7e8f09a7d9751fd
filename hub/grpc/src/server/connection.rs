//! A connection's life: HTTP over it, calls behind all layers, and an end that clients are told of.

use std::{
    convert::Infallible,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use hyper::body::Incoming;
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::conn::auto::Builder,
    service::TowerToHyperService,
};
use komunala_listener::{Exchange, Listener, Stopped, Tls};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpListener,
    time::sleep,
};
use tonic::{body::Body, service::Routes};
use tonic_web::GrpcWebLayer;
use tower::{Layer, ServiceBuilder, util::BoxCloneSyncService};

use super::{Settings, certificate::client_certificate, entrance::Entrance, web};
use crate::{
    layers::{Authenticate, Peer, Stack, stack},
    rpc::Audience,
};

/// A gRPC server on one listener.
pub struct Server<A: Authenticate> {
    stack: Stack<A>,
    audience: Audience,
    settings: Settings,
    tls: Option<Tls>,
}

/// What a connection's calls go to, with the body that comes from the wire.
type Calls = BoxCloneSyncService<http::Request<Incoming>, http::Response<Body>, Infallible>;

impl<A: Authenticate> Server<A> {
    /// Serves `routes` to portals, behind all layers; `authenticate` says who calls.
    pub fn new(routes: Routes, authenticate: A, settings: Settings, tls: Option<Tls>) -> Self {
        Self { stack: stack(routes, authenticate, &settings), audience: Audience::Portals, settings, tls }
    }

    /// Serves `routes` to operators, behind the same layers.
    pub fn for_operators(routes: Routes, authenticate: A, settings: Settings, tls: Option<Tls>) -> Self {
        Self { audience: Audience::Operators, ..Self::new(routes, authenticate, settings, tls) }
    }

    /// Takes connections until `stop` ends; then no new ones, tells clients to go elsewhere (GOAWAY), lets calls under
    /// way end for as long as the settings say, and cuts what is left. Answers how many connections were cut.
    pub async fn serve(mut self, socket: TcpListener, stop: impl Future<Output = ()>) -> usize {
        let Settings { connections, first_call, drain, .. } = self.settings;
        let listener = Listener { connections, handshake: first_call, drain, tls: self.tls.take() };
        listener.serve(socket, self, stop).await
    }

    fn calls(&self, peer: Peer, called: Arc<AtomicBool>) -> Calls {
        let calls = Entrance { inner: self.stack.clone(), audience: self.audience, peer, called };
        if self.settings.web_origins.is_empty() {
            return BoxCloneSyncService::new(
                ServiceBuilder::new()
                    .map_request(|request: http::Request<Incoming>| request.map(Body::new))
                    .service(calls),
            );
        }
        // Outside everything: what a page sends becomes a call here, and a preflight is none.
        let web = web::cors(&self.settings.web_origins).layer(GrpcWebLayer::new().layer(calls));
        BoxCloneSyncService::new(
            ServiceBuilder::new().map_request(|request: http::Request<Incoming>| request.map(Body::new)).service(web),
        )
    }

    fn protocol(&self) -> Builder<TokioExecutor> {
        let mut builder = Builder::new(TokioExecutor::new());
        builder
            .http2()
            .timer(TokioTimer::new())
            .max_concurrent_streams(self.settings.streams_per_connection)
            .keep_alive_interval(self.settings.keepalive)
            .keep_alive_timeout(self.settings.keepalive_timeout)
            // somebody's metadata: keys, a token, a trace
            .max_header_list_size(16 * 1024);
        builder.http1().timer(TokioTimer::new()).header_read_timeout(self.settings.keepalive);
        builder
    }
}

impl<A: Authenticate> Exchange for Server<A> {
    async fn exchange<S>(&self, stream: S, peer: komunala_listener::Peer, mut stopped: Stopped)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let certificate = peer.certificate.as_ref().and_then(client_certificate);
        let peer = Peer { address: peer.address, certificate };
        let called = Arc::new(AtomicBool::new(false));
        let connection = self
            .protocol()
            .serve_connection(TokioIo::new(stream), TowerToHyperService::new(self.calls(peer, called.clone())))
            .into_owned();
        tokio::pin!(connection);
        let mut first_call = std::pin::pin!(async {
            sleep(self.settings.first_call).await;
            called.load(Ordering::Relaxed)
        });
        let (mut waiting, mut stopping) = (true, false);
        loop {
            tokio::select! {
                ended = &mut connection => {
                    if let Err(error) = ended {
                        tracing::debug!(%error, "a connection ended in the middle");
                    }
                    return;
                }
                has_called = &mut first_call, if waiting => {
                    waiting = false;
                    if !has_called {
                        connection.as_mut().graceful_shutdown();
                    }
                }
                () = stopped.wait(), if !stopping => {
                    stopping = true;
                    connection.as_mut().graceful_shutdown();
                }
            }
        }
    }
}
