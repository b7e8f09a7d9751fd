//! Answers: pages with headers that let a browser do nothing but show them.

use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use http::{HeaderName, HeaderValue, StatusCode, Uri, header};

/// A page, with the one place outside of the hub that its form may go to.
pub(crate) fn page(status: StatusCode, html: String, form_target: Option<&str>) -> Response {
    let mut response = (status, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], html).into_response();
    if let Some(policy) = form_target.and_then(origin).and_then(|origin| policy(&origin).parse().ok()) {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// Goes on elsewhere, with GET.
pub(crate) fn see_other(location: &str) -> Response {
    match HeaderValue::try_from(location) {
        Ok(location) => (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// Nothing but a status.
pub(crate) fn bare(status: StatusCode) -> Response {
    status.into_response()
}

/// Puts on every answer what lets a browser do no more than show it: no script and no style but the hub's own files, no
/// frame around it, nothing kept, and nobody told where the payer came from. The token is in the path.
pub(crate) fn harden(mut response: Response<Body>, is_secure: bool) -> Response<Body> {
    let headers = response.headers_mut();
    let fixed: [(HeaderName, &'static str); 6] = [
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=(), payment=()"),
        (HeaderName::from_static("x-robots-tag"), "noindex, nofollow"),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(OWN));
    if is_secure {
        let year = HeaderValue::from_static("max-age=31536000");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, year);
    }
    response
}

const OWN: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src data:; form-action 'self'; \
                   base-uri 'none'; frame-ancestors 'none'";

fn policy(form_target: &str) -> String {
    OWN.replace("form-action 'self'", &format!("form-action {form_target}"))
}

/// The origin of an address.
fn origin(address: &str) -> Option<String> {
    let uri: Uri = address.parse().ok()?;
    Some(format!("{}://{}", uri.scheme_str()?, uri.authority()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_goes_to_one_place_and_nothing_else_is_let_in() {
        let page = page(StatusCode::OK, String::new(), Some("https://gateway.example/pay?x=1"));
        let hardened = harden(page, true);
        let policy = hardened.headers()[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(policy.contains("form-action https://gateway.example;"), "{policy}");
        assert!(policy.starts_with("default-src 'none';") && !policy.contains("unsafe"), "{policy}");
        assert_eq!(hardened.headers()[header::CACHE_CONTROL], "no-store");
        assert_eq!(hardened.headers()[header::REFERRER_POLICY], "no-referrer");
        let plain = harden(bare(StatusCode::NOT_FOUND), false);
        assert_eq!(plain.headers()[header::CONTENT_SECURITY_POLICY], OWN);
        assert!(!plain.headers().contains_key(header::STRICT_TRANSPORT_SECURITY));
    }
}
