//! `/go/{token}` and `/r/{token}`: the way to a payment provider, and back.

use axum::response::Response;
use http::Uri;

use super::visit::Visit;
use crate::answer;

pub(super) async fn forward(visit: Visit) -> Response {
    match visit.hub().forward_page(&visit.token).await {
        Ok(outcome) => visit.page(&outcome.page, outcome.form_target.as_deref()),
        Err(over) => visit.over(over),
    }
}

pub(super) async fn show(visit: Visit) -> Response {
    match visit.hub().outcome_page(&visit.token).await {
        Ok(outcome) => visit.page(&outcome.page, None),
        Err(over) => visit.over(over),
    }
}

/// A payment provider sends the payer back with a form. What is in it nobody believes, so nobody reads it.
pub(super) async fn come_back(uri: Uri) -> Response {
    // relative to the folder of the page: whatever stands before it is the proxy's
    answer::see_other(uri.path().rsplit('/').next().unwrap_or_default())
}
