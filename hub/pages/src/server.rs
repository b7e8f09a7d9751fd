//! The listener: connections within bounds, TLS, and an end that does not hang.

use std::{io, net::IpAddr, sync::Arc, time::Duration};

use axum::body::Body;
use hyper::{body::Incoming, server::conn::http1};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    sync::{Semaphore, watch},
    task::JoinSet,
    time::{sleep, timeout},
};
use tower::{Service, ServiceExt};

use crate::{Settings, Site, Tls, site::Connection};

/// Pauses after an accept that failed for want of something, such as file descriptors.
const BREATHER: Duration = Duration::from_millis(50);

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
    pub async fn serve(self, listener: TcpListener, stop: impl Future<Output = ()>) {
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
        if drained.is_err() {
            tracing::warn!(connections = connections.len(), "requests under way were cut: the time to drain is over");
        }
        connections.shutdown().await;
    }

    async fn connection(&self, stream: TcpStream, address: IpAddr, stopped: watch::Receiver<()>) {
        // answers are small and somebody waits for each
        let _ = stream.set_nodelay(true);
        match &self.tls {
            None => self.exchange(stream, address, stopped).await,
            Some(tls) => match timeout(self.settings.head, tls.acceptor().accept(stream)).await {
                Ok(Ok(stream)) => self.exchange(stream, address, stopped).await,
                Ok(Err(error)) => tracing::debug!(%error, "a TLS handshake failed"),
                Err(_) => tracing::debug!("a TLS handshake took too long"),
            },
        }
    }

    async fn exchange(
        &self,
        stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
        address: IpAddr,
        mut stopped: watch::Receiver<()>,
    ) {
        let router = self.router.clone();
        let service = hyper::service::service_fn(move |request: hyper::Request<Incoming>| {
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(Connection(address));
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
                _ = stopped.changed(), if !stopping => {
                    stopping = true;
                    connection.as_mut().graceful_shutdown();
                }
            }
        }
    }
}
