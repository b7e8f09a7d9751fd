//! gRPC-Web: the same API for pages in a browser, over HTTP/1.1 or HTTP/2.

use std::time::Duration;

use http::{HeaderName, HeaderValue, Method, header};
use tower_http::cors::{AllowOrigin, CorsLayer};

/// How long a browser need not ask again whether it may call: what Chrome caps it at.
const REMEMBERED: Duration = Duration::from_secs(2 * 60 * 60);

/// Lets pages of the portals' origins call, and read why a call failed.
pub(super) fn cors(origins: &[HeaderValue]) -> CorsLayer {
    let name = HeaderName::from_static;
    CorsLayer::new()
        .allow_origin(AllowOrigin::list(origins.iter().cloned()))
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
