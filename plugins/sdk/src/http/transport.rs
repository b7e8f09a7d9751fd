//! What carries a request.

use super::{Request, Response, SendError};

/// Carries a request to the billing system and its answer back.
///
/// An adapter is written against this trait; in the sandbox it is [`Wasi`](super::Wasi).
pub trait Transport {
    /// Sends a request and waits for its whole answer, whatever the status.
    fn send(&self, request: &Request<'_>) -> Result<Response, SendError>;
}

impl<T: Transport + ?Sized> Transport for &T {
    fn send(&self, request: &Request<'_>) -> Result<Response, SendError> {
        (**self).send(request)
    }
}
