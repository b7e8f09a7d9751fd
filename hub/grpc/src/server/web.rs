//! gRPC-Web: the same API for pages in a browser, over HTTP/1.1 or HTTP/2.

use std::{
    collections::BTreeSet,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use http::{HeaderName, HeaderValue, Method, header};
use tower_http::cors::{AllowOrigin, CorsLayer};

/// How long a browser need not ask again whether it may call: what Chrome caps it at.
const REMEMBERED: Duration = Duration::from_secs(2 * 60 * 60);

/// Web origins whose pages may call, which portals change while the server runs. Clones are the same ones.
#[derive(Debug, Clone, Default)]
pub struct WebOrigins(Arc<RwLock<BTreeSet<String>>>);

impl WebOrigins {
    /// Lets the pages of these origins call, such as `https://portal.example`, and of no others.
    pub fn set(&self, origins: &BTreeSet<String>) {
        let is_new = *self.0.read().unwrap_or_else(PoisonError::into_inner) != *origins;
        if is_new {
            self.0.write().unwrap_or_else(PoisonError::into_inner).clone_from(origins);
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.read().unwrap_or_else(PoisonError::into_inner).is_empty()
    }

    fn has(&self, origin: &HeaderValue) -> bool {
        let origins = self.0.read().unwrap_or_else(PoisonError::into_inner);
        origin.to_str().is_ok_and(|origin| origins.contains(origin))
    }
}

impl<const N: usize> From<[&str; N]> for WebOrigins {
    fn from(origins: [&str; N]) -> Self {
        Self(Arc::new(RwLock::new(origins.into_iter().map(str::to_owned).collect())))
    }
}

/// Lets pages of the portals' origins call, and read why a call failed.
pub(super) fn cors(origins: &WebOrigins) -> CorsLayer {
    let name = HeaderName::from_static;
    let origins = origins.clone();
    CorsLayer::new()
        .allow_origin(AllowOrigin::predicate(move |origin, _| origins.has(origin)))
        .allow_methods([Method::POST])
        .allow_headers([
            header::CONTENT_TYPE,
            header::AUTHORIZATION,
            header::ACCEPT_LANGUAGE,
            name("x-portal-key"),
            name("x-request-id"),
            name("x-grpc-web"),
            name("x-user-agent"),
            name("grpc-timeout"),
            name("traceparent"),
            name("tracestate"),
        ])
        // an error without messages comes in the headers, which a page sees only if it is told so
        .expose_headers([
            name("grpc-status"),
            name("grpc-message"),
            name("grpc-status-details-bin"),
            name("x-request-id"),
        ])
        .max_age(REMEMBERED)
}
