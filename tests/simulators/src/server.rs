//! An HTTP/1.1 server that can cut a connection instead of answering.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream, ToSocketAddrs};
use tokio::task::{JoinHandle, JoinSet};
use tower::ServiceExt as _;

use crate::control;
use crate::faults::Faults;

/// In the extensions of an answer: it is not sent, the connection is closed instead.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cut;

/// A server that runs until it is stopped or dropped.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) addr: SocketAddr,
    accepting: JoinHandle<()>,
}

impl Server {
    /// Listens and serves `router`, and beside it what its faults are steered by.
    pub(crate) async fn steered(listen: impl ToSocketAddrs, faults: Faults, router: Router) -> io::Result<Self> {
        Self::start(listen, control::router(faults).merge(router)).await
    }

    /// Listens and serves.
    pub(crate) async fn start(listen: impl ToSocketAddrs, router: Router) -> io::Result<Self> {
        let listener = TcpListener::bind(listen).await?;
        let addr = listener.local_addr()?;
        Ok(Self { addr, accepting: tokio::spawn(accept(listener, router)) })
    }

    /// Stops listening and closes every connection.
    pub(crate) async fn stop(mut self) {
        self.accepting.abort();
        // Aborted on purpose, so how it ended says nothing.
        let _ = (&mut self.accepting).await;
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// The connections live in the set, so that they end with the task.
async fn accept(listener: TcpListener, router: Router) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                if let Ok((stream, _)) = accepted {
                    connections.spawn(serve(stream, router.clone()));
                }
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn serve(stream: TcpStream, router: Router) {
    // Without it small answers wait for the client's acknowledgement; a socket that cannot is about to fail anyway.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
        let router = router.clone();
        async move {
            let request: Request = request.map(Body::new);
            let answer: Result<_, Infallible> = router.oneshot(request).await;
            match answer {
                Ok(response) if response.extensions().get::<Cut>().is_some() => Err("the switches cut the connection"),
                Ok(response) => Ok(response),
            }
        }
    });
    let connection = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .serve_connection(TokioIo::new(stream), service);
    if let Err(error) = connection.await {
        tracing::debug!(%error, "a connection ended");
    }
}
