//! What carries requests: the network, or a function in this process.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{Full, combinators::UnsyncBoxBody};

/// Carries one adapter's requests, which have passed every check that does not need the network.
///
/// [`crate::Network`] is the one that a hub uses. Another implementation answers in process: for benches, and for an
/// adapter's recorded scenarios.
#[async_trait]
pub trait Transport: std::fmt::Debug + Send + Sync + 'static {
    /// Sends a request and answers when the head of the response is there. Dropping the future gives up.
    async fn send(&self, request: Request<Full<Bytes>>) -> Result<Response<ResponseBody>, TransportError>;
}

/// The body of a response, as it arrives.
pub type ResponseBody = UnsyncBoxBody<Bytes, TransportError>;

/// Why a request was not answered.
#[derive(Debug, Clone, thiserror::Error)]
pub enum TransportError {
    /// The host leads only to addresses that are not granted.
    #[error("the host leads to no address that is granted")]
    AddressNotGranted,
    /// The host is unknown.
    #[error("the host cannot be looked up")]
    Lookup,
    /// Nobody answers there, or not the one the certificate names.
    #[error("no connection: {0}")]
    Connect(Arc<str>),
    /// The head of the response is longer than is allowed.
    #[error("the head of the response is too long")]
    HeadTooLong,
    /// Nobody answered in time; whether the request was received is not known.
    #[error("no answer in time")]
    Late,
    /// The connection broke, or what came over it is no HTTP.
    #[error("the exchange broke off: {0}")]
    Protocol(Arc<str>),
}
