//! A panic is one caller's internal error, not the connection's end.

use std::{
    any::Any,
    convert::Infallible,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    task::{Context, Poll},
};

use pin_project_lite::pin_project;
use tower::Service;

use super::{Request, Response, refuse, rpc};
use crate::{
    failure::{Failure, Reason},
    rpc::Rpc,
};

#[derive(Debug, Clone)]
pub(crate) struct CatchPanic<S>(pub(crate) S);

impl<S> Service<Request> for CatchPanic<S>
where
    S: Service<Request, Response = Response, Error = Infallible>,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Caught<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.0.poll_ready(cx)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let rpc = rpc(request.extensions());
        // what a panic leaves behind is dropped with the call; services share nothing that it could leave half done
        match catch_unwind(AssertUnwindSafe(|| self.0.call(request))) {
            Ok(inner) => Caught { inner: Some(inner), rpc, refused: None },
            Err(panic) => Caught { inner: None, rpc, refused: Some(internal(rpc, panic.as_ref())) },
        }
    }
}

fn internal(rpc: &Rpc, panic: &(dyn Any + Send)) -> Response {
    let message = panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message");
    tracing::error!(method = rpc.path, panic = message, "a call panicked");
    refuse(Failure::new(Reason::Internal, "internal error"))
}

pin_project! {
    pub(crate) struct Caught<F> {
        #[pin]
        inner: Option<F>,
        rpc: &'static Rpc,
        refused: Option<Response>,
    }
}

impl<F: Future<Output = Result<Response, Infallible>>> Future for Caught<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        if let Some(refused) = this.refused.take() {
            return Poll::Ready(Ok(refused));
        }
        let Some(inner) = this.inner.as_mut().as_pin_mut() else {
            return Poll::Pending;
        };
        match catch_unwind(AssertUnwindSafe(|| inner.poll(cx))) {
            Ok(polled) => polled,
            Err(panic) => {
                this.inner.set(None);
                Poll::Ready(Ok(internal(this.rpc, panic.as_ref())))
            }
        }
    }
}
