//! A limit on the calls under way in the whole server. One that comes on top is refused at once: queueing it would make
//! all of them late.

use std::{
    convert::Infallible,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};

use pin_project_lite::pin_project;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tower::Service;

use super::{Request, Response, ending::at_end, refuse, rpc};
use crate::{
    failure::{Failure, Reason},
    rpc::{Access, Rpc, Shape},
};

/// When a refused caller is told to come again.
const AGAIN: Duration = Duration::from_secs(1);

#[derive(Debug, Clone)]
pub(crate) struct ShedLoad<S> {
    pub(crate) inner: S,
    /// Shared by all connections.
    pub(crate) room: Arc<Semaphore>,
}

impl<S> Service<Request> for ShedLoad<S>
where
    S: Service<Request, Response = Response, Error = Infallible>,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Admitted<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let rpc = rpc(request.extensions());
        // health is asked for most when there is most to do, and an answer about reflection costs nothing
        if rpc.access == Access::Open {
            return Admitted { inner: Some(self.inner.call(request)), rpc, permit: None };
        }
        match self.room.clone().try_acquire_owned() {
            Ok(permit) => Admitted { inner: Some(self.inner.call(request)), rpc, permit: Some(permit) },
            Err(_) => Admitted { inner: None, rpc, permit: None },
        }
    }
}

pin_project! {
    pub(crate) struct Admitted<F> {
        #[pin]
        inner: Option<F>,
        rpc: &'static Rpc,
        permit: Option<OwnedSemaphorePermit>,
    }
}

impl<F: Future<Output = Result<Response, Infallible>>> Future for Admitted<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let Some(inner) = this.inner.as_pin_mut() else {
            let busy = Failure::new(Reason::Overloaded, "the server has as many calls under way as it takes");
            return Poll::Ready(Ok(refuse(busy.retry_after(AGAIN))));
        };
        let Ok(response) = ready!(inner.poll(cx));
        Poll::Ready(Ok(match this.permit.take() {
            // a watch waits for most of its life, and the use case counts how many there are; any other stream keeps its place
            // until it is over
            Some(_) if this.rpc.shape == Shape::Watch => response,
            Some(permit) => at_end(response, this.rpc.shape, move |_| drop(permit)),
            None => response,
        }))
    }
}
