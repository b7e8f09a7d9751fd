//! The end of an answer: a stream's status comes behind its last message, or never.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use http::HeaderMap;
use http_body::Frame;
use tonic::{Code, Status, body::Body};

use super::Response;
use crate::rpc::Shape;

/// The status of an answer that consists of headers alone, or that of a single message.
pub(crate) fn code_of(headers: &HeaderMap) -> Code {
    headers.get(Status::GRPC_STATUS).map_or(Code::Ok, |code| Code::from_bytes(code.as_bytes()))
}

/// Calls `end` with the status of an answer: at once if it is one message, else when its stream is over, with
/// CANCELLED if the caller went away before.
pub(crate) fn at_end(response: Response, shape: Shape, end: impl FnOnce(Code) + Send + 'static) -> Response {
    if shape == Shape::Unary || response.headers().contains_key(Status::GRPC_STATUS) {
        end(code_of(response.headers()));
        return response;
    }
    response.map(|inner| Body::new(Ending { inner, end: Some(end) }))
}

struct Ending<F: FnOnce(Code)> {
    inner: Body,
    end: Option<F>,
}

impl<F: FnOnce(Code)> Ending<F> {
    fn end(&mut self, code: Code) {
        if let Some(end) = self.end.take() {
            end(code);
        }
    }
}

// the body inside is boxed, and the closure is never polled
impl<F: FnOnce(Code)> Unpin for Ending<F> {}

impl<F: FnOnce(Code)> http_body::Body for Ending<F> {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let polled = Pin::new(&mut self.inner).poll_frame(cx);
        match &polled {
            Poll::Ready(Some(Ok(frame))) => {
                if let Some(trailers) = frame.trailers_ref() {
                    self.end(code_of(trailers));
                }
            }
            Poll::Ready(Some(Err(status))) => self.end(status.code()),
            Poll::Ready(None) => self.end(Code::Ok),
            Poll::Pending => {}
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }
}

impl<F: FnOnce(Code)> Drop for Ending<F> {
    fn drop(&mut self) {
        self.end(Code::Cancelled);
    }
}
