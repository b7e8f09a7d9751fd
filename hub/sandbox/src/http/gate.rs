//! What must be true of a request before anything is sent.

use std::sync::{Arc, atomic::Ordering};

use http::Request;

use super::transport::Transport;
use crate::{
    Limit, Refusal,
    call::CallState,
    grant::{Grant, Method, literal_address},
};

/// The way out of one adapter.
#[derive(Debug)]
pub(crate) struct Gate {
    pub(crate) grant: Arc<Grant>,
    pub(crate) transport: Arc<dyn Transport>,
}

impl Gate {
    /// Whether a request may go out.
    pub(super) fn admit<B>(&self, request: &Request<B>, call: &CallState) -> Result<(), Refusal> {
        let limits = &self.grant.limits;
        if call.requests.fetch_add(1, Ordering::Relaxed) >= limits.requests {
            return Err(Refusal::limit(limits, Limit::Requests));
        }
        let uri = request.uri();
        if !self.grant.origins.iter().any(|origin| origin.matches(uri)) {
            return Err(Refusal::Host(shown_host(uri)));
        }
        // a literal address never meets the resolver's filter
        let literal = uri.host().and_then(literal_address);
        if literal.is_some_and(|address| !self.grant.addresses.permits(address)) {
            return Err(Refusal::Address(shown_host(uri)));
        }
        if !Method::of(request.method()).is_some_and(|method| self.grant.methods.contains(&method)) {
            return Err(Refusal::Method(request.method().as_str().chars().take(16).collect()));
        }
        let headers: usize = request.headers().iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum();
        let head = headers + uri.path_and_query().map_or(0, |path| path.as_str().len());
        if head as u64 > limits.request_header_bytes {
            return Err(Refusal::limit(limits, Limit::RequestHeaders));
        }
        Ok(())
    }
}

/// Scheme, host and port for a log: the path may hold a customer's number.
fn shown_host(uri: &http::Uri) -> String {
    let text = format!("{}://{}", uri.scheme_str().unwrap_or("?"), uri.authority().map_or("?", |it| it.as_str()));
    text.chars().take(120).collect()
}
