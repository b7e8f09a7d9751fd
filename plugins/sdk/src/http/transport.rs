//! What carries a request.

use super::{Incoming, Request, Response, SendError};

/// Carries a request to the billing system and its answer back.
///
/// An adapter is written against this trait; in the sandbox it is [`Wasi`](super::Wasi).
pub trait Transport {
    /// Sends a request and waits for its whole answer, whatever the status.
    fn send(&self, request: &Request<'_>) -> Result<Response, SendError>;

    /// Sends a request and waits for the head of its answer; the body is read as it arrives, up to the request's limit.
    /// For answers that are too long to be held. Without anything better, the whole answer is there first.
    fn open(&self, request: &Request<'_>) -> Result<Incoming, SendError> {
        self.send(request).map(Incoming::from)
    }
}

impl<T: Transport + ?Sized> Transport for &T {
    fn send(&self, request: &Request<'_>) -> Result<Response, SendError> {
        (**self).send(request)
    }

    fn open(&self, request: &Request<'_>) -> Result<Incoming, SendError> {
        (**self).open(request)
    }
}
