//! Where HTTP becomes a call: the method is looked up once, and what comes from the wire gets its bound.

use std::{
    convert::Infallible,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
};

use tower::Service;

use crate::{
    layers::{Peer, Request, Response},
    rpc::Audience,
};

/// The first service of a connection.
#[derive(Debug, Clone)]
pub(super) struct Entrance<S> {
    pub(super) inner: S,
    pub(super) audience: Audience,
    pub(super) peer: Peer,
    /// Whether the connection has made a call yet.
    pub(super) called: Arc<AtomicBool>,
}

impl<S> Service<Request> for Entrance<S>
where
    S: Service<Request, Response = Response, Error = Infallible>,
{
    type Response = Response;
    type Error = Infallible;
    type Future = S::Future;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request) -> Self::Future {
        self.called.store(true, Ordering::Relaxed);
        let rpc = self.audience.method(request.uri().path());
        request.extensions_mut().insert(rpc);
        request.extensions_mut().insert(self.peer.clone());
        self.inner.call(request)
    }
}
