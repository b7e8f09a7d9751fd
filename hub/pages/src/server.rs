//! A connection's life: requests over it, one after the other, within their bounds.

use axum::body::Body;
use hyper::{body::Incoming, server::conn::http1};
use hyper_util::rt::{TokioIo, TokioTimer};
use komunala_listener::{Exchange, Listener, Peer, Stopped, Tls};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpListener,
};
use tower::{Service, ServiceExt};

use crate::{Settings, Site, site::Connection};

/// The server of a site's pages.
pub struct Server {
    router: axum::Router,
    settings: Settings,
    tls: Option<Tls>,
}

impl Server {
    /// Serves `site`.
    pub fn new(site: &Site, settings: Settings, tls: Option<Tls>) -> Self {
        Self { router: site.router(), settings, tls }
    }

    /// Takes connections until `stop` ends; then no new ones, and requests under way end for as long as the settings say.
    pub async fn serve(mut self, socket: TcpListener, stop: impl Future<Output = ()>) {
        let Settings { connections, head, drain, .. } = self.settings;
        let listener = Listener { connections, handshake: head, drain, tls: self.tls.take() };
        listener.serve(socket, self, stop).await;
    }
}

impl Exchange for Server {
    async fn exchange<S>(&self, stream: S, peer: Peer, mut stopped: Stopped)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let router = self.router.clone();
        let service = hyper::service::service_fn(move |request: hyper::Request<Incoming>| {
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(Connection(peer.address));
            let mut router = router.clone();
            async move { ServiceExt::<hyper::Request<Body>>::ready(&mut router).await?.call(request).await }
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(self.settings.head)
            .max_buf_size(self.settings.head_bytes)
            .serve_connection(TokioIo::new(stream), service);
        tokio::pin!(connection);
        let mut stopping = false;
        loop {
            tokio::select! {
                ended = connection.as_mut() => {
                    if let Err(error) = ended {
                        tracing::debug!(%error, "a connection ended in the middle");
                    }
                    return;
                }
                () = stopped.wait(), if !stopping => {
                    stopping = true;
                    connection.as_mut().graceful_shutdown();
                }
            }
        }
    }
}
