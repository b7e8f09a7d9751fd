//! Where there is no sandbox around the adapter.

use super::{Request, Response, SendError, Transport};

/// Sends through `wasi:http`; outside of a sandbox every request is [`SendError::Denied`].
#[derive(Debug, Clone, Copy, Default)]
pub struct Wasi;

impl Transport for Wasi {
    fn send(&self, _request: &Request<'_>) -> Result<Response, SendError> {
        Err(SendError::Denied("no sandbox around this adapter".to_owned()))
    }
}
