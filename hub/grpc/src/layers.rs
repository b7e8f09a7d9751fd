//! What happens to every call before its service sees it, and after. One layer per file; [`stack`] says in which order,
//! and why there.
//!
//! Layers are thin: a call that passes them all allocates little, formats no label and builds no span that nobody
//! looks at.

mod authentication;
mod catch_panic;
mod deadline;
mod ending;
mod explain;
mod load_shed;
mod metrics;
mod rate_limit;
mod request_id;
mod stack;
mod trace;

pub use authentication::Authenticate;
pub use request_id::RequestId;

pub(crate) use stack::{Stack, stack};

use http::Extensions;

use crate::rpc::Rpc;

/// A call on its way in.
pub(crate) type Request = http::Request<tonic::body::Body>;
/// An answer on its way out.
pub(crate) type Response = http::Response<tonic::body::Body>;

/// The method that is called, as the entrance of the server found it out.
pub(crate) fn rpc(extensions: &Extensions) -> &'static Rpc {
    extensions.get::<&'static Rpc>().copied().unwrap_or_else(Rpc::unknown)
}

/// Where a call came from.
#[derive(Debug, Clone)]
pub(crate) struct Peer {
    /// The address.
    pub(crate) address: std::net::IpAddr,
    /// The certificate that was shown and verified when the connection was made.
    pub(crate) certificate: Option<std::sync::Arc<komunala_app::credentials::ClientCertificate>>,
}

/// Writes a failure as the whole answer.
pub(crate) fn refuse(failure: crate::Failure) -> Response {
    tonic::Status::from(failure).into_http()
}
