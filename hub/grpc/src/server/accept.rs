//! The accept loop and its end.

use std::{
    convert::Infallible,
    io,
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use hyper::body::Incoming;
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::conn::auto::Builder,
    service::TowerToHyperService,
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    sync::{Semaphore, watch},
    task::JoinSet,
    time::{sleep, timeout},
};
use tonic::{body::Body, service::Routes};
use tonic_web::GrpcWebLayer;
use tower::{Layer, ServiceBuilder, util::BoxCloneSyncService};

use super::{Settings, Tls, entrance::Entrance, tls, web};
use crate::{
    layers::{Authenticate, Peer, Stack, stack},
    rpc::Audience,
};

/// Pauses after an accept that failed for want of something, such as file descriptors.
const BREATHER: Duration = Duration::from_millis(50);

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
    pub async fn serve(self, listener: TcpListener, stop: impl Future<Output = ()>) -> usize {
        let room = Arc::new(Semaphore::new(self.settings.connections));
        let (stopping, stopped) = watch::channel(());
        let mut connections = JoinSet::new();
        let server = Arc::new(self);
        tokio::pin!(stop);
        loop {
            // room first: who cannot be served waits in the kernel's queue, where it costs nothing
            let accepted = async {
                let permit = room.clone().acquire_owned().await.expect("never closed");
                (listener.accept().await, permit)
            };
            let (accepted, permit) = tokio::select! {
                () = &mut stop => break,
                accepted = accepted => accepted,
                // finished ones, so that the set does not grow
                Some(_) = connections.join_next() => continue,
            };
            match accepted {
                Ok((stream, peer)) => {
                    let (server, stopped) = (server.clone(), stopped.clone());
                    connections.spawn(async move {
                        server.connection(stream, peer.ip(), stopped).await;
                        drop(permit);
                    });
                }
                Err(error) => {
                    // a connection that was gone before it was taken, or no file descriptors: neither ends the server
                    tracing::warn!(%error, "a connection could not be accepted");
                    if error.kind() != io::ErrorKind::ConnectionAborted {
                        sleep(BREATHER).await;
                    }
                }
            }
        }
        drop(listener);
        stopping.send_replace(());
        let drained = timeout(server.settings.drain, async { while connections.join_next().await.is_some() {} }).await;
        let cut = connections.len();
        if drained.is_err() {
            tracing::warn!(connections = cut, "calls under way were cut: the time to drain is over");
        }
        connections.shutdown().await;
        cut
    }

    async fn connection(&self, stream: TcpStream, address: IpAddr, stopped: watch::Receiver<()>) {
        // answers are small and somebody waits for each
        let _ = stream.set_nodelay(true);
        match &self.tls {
            None => self.exchange(stream, Peer { address, certificate: None }, stopped).await,
            Some(tls) => match timeout(self.settings.first_call, tls.acceptor().accept(stream)).await {
                Ok(Ok(stream)) => {
                    let certificate = tls::client_certificate(stream.get_ref().1);
                    self.exchange(stream, Peer { address, certificate }, stopped).await;
                }
                Ok(Err(error)) => tracing::debug!(%error, "a TLS handshake failed"),
                Err(_) => tracing::debug!("a TLS handshake took too long"),
            },
        }
    }

    async fn exchange(
        &self,
        stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
        peer: Peer,
        mut stopped: watch::Receiver<()>,
    ) {
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
                _ = stopped.changed(), if !stopping => {
                    stopping = true;
                    connection.as_mut().graceful_shutdown();
                }
            }
        }
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
