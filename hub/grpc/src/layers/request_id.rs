//! A name for the call, in logs and in the answer: the caller's own `x-request-id`, or a new one.

use std::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll, ready},
};

use http::{HeaderName, HeaderValue};
use pin_project_lite::pin_project;
use tower::Service;
use uuid::Uuid;

use super::{Request, Response};

/// The metadata that carries it.
pub(crate) const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Longer ones are replaced: they would be written into every line of the log.
const LONGEST: usize = 64;

/// The name of a call. Not the `request_id` of a message, which names a write.
#[derive(Debug, Clone)]
pub struct RequestId(HeaderValue);

impl RequestId {
    /// The name: 1 to 64 letters, digits, `.`, `_`, `:` or `-`.
    pub fn as_str(&self) -> &str {
        self.0.to_str().unwrap_or_default()
    }

    fn of(request: &Request) -> Self {
        let given = request.headers().get(X_REQUEST_ID).filter(|value| {
            let bytes = value.as_bytes();
            (1..=LONGEST).contains(&bytes.len())
                && bytes.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b':' | b'-'))
        });
        Self(given.cloned().unwrap_or_else(|| {
            let mut buffer = Uuid::encode_buffer();
            let text = Uuid::now_v7().simple().encode_lower(&mut buffer);
            HeaderValue::from_str(text).expect("hexadecimal digits are a header value")
        }))
    }
}

#[derive(Debug, Clone)]
pub(crate) struct NameCalls<S>(pub(crate) S);

impl<S> Service<Request> for NameCalls<S>
where
    S: Service<Request, Response = Response, Error = Infallible>,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Named<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.0.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request) -> Self::Future {
        let id = RequestId::of(&request);
        let name = id.0.clone();
        request.extensions_mut().insert(id);
        Named { inner: self.0.call(request), name: Some(name) }
    }
}

pin_project! {
    pub(crate) struct Named<F> {
        #[pin]
        inner: F,
        name: Option<HeaderValue>,
    }
}

impl<F: Future<Output = Result<Response, Infallible>>> Future for Named<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let Ok(mut response) = ready!(this.inner.poll(cx));
        if let Some(name) = this.name.take() {
            response.headers_mut().insert(X_REQUEST_ID, name);
        }
        Poll::Ready(Ok(response))
    }
}
