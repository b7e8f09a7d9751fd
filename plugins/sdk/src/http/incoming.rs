//! An answer whose body is read while it arrives.

use std::{
    fmt,
    io::{self, BufReader, Cursor, Read},
};

use super::{Response, SendError};
use crate::types::Error;

/// The most of a refusal's body that is kept.
const MAX_REFUSAL: u64 = 64 << 10;

/// The answer of a billing system, of which only the head has arrived for certain.
pub struct Incoming {
    head: Response,
    body: Box<dyn Read>,
}

impl Incoming {
    /// An answer with this head, whose `body` is ignored, and this body. Errors of the body that carry a [`SendError`]
    /// say why it broke off.
    #[must_use]
    pub fn new(head: Response, body: Box<dyn Read>) -> Self {
        Self { head, body }
    }

    /// The status, 100 to 599.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.head.status
    }

    /// Whether the status is 2xx.
    #[must_use]
    pub fn is_success(&self) -> bool {
        self.head.is_success()
    }

    /// The body as it arrives.
    #[must_use]
    pub fn into_body(self) -> BufReader<Box<dyn Read>> {
        BufReader::with_capacity(64 << 10, self.body)
    }

    /// The answer as a whole, for refusals: of a longer body only the beginning is kept.
    pub fn into_response(self) -> Result<Response, Error> {
        let mut response = self.head;
        response.body.clear();
        match self.body.take(MAX_REFUSAL).read_to_end(&mut response.body) {
            Ok(_) => Ok(response),
            Err(error) => Err(SendError::of_body(&error).of_read()),
        }
    }
}

impl From<Response> for Incoming {
    fn from(mut response: Response) -> Self {
        let body = std::mem::take(&mut response.body);
        Self::new(response, Box::new(Cursor::new(body)))
    }
}

impl fmt::Debug for Incoming {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Incoming").field("head", &self.head).finish_non_exhaustive()
    }
}

impl SendError {
    /// Why a body broke off.
    pub(crate) fn of_body(error: &io::Error) -> Self {
        let known = error.get_ref().and_then(|cause| cause.downcast_ref::<Self>());
        known.cloned().unwrap_or_else(|| Self::Lost(error.kind().to_string()))
    }
}
