//! `/u/{token}`: no more of what a mail brings, by one click (RFC 8058).
//!
//! Mail scanners follow links, so looking at the page does nothing. What a mail program posts and what the page's button
//! does is the same, and so is doing it twice.

use axum::response::Response;
use komunala_app::ports::pay_pages::{Over, PayPage};

use super::visit::Visit;

pub(super) async fn show(visit: Visit) -> Response {
    match visit.hub().can_unsubscribe(&visit.token) {
        Some(from) => visit.page(&PayPage::Unsubscribe { from, is_done: false }, None),
        None => visit.over(Over::Unknown),
    }
}

/// The body, which a mail program fills as the standard says, says nothing that the path does not.
pub(super) async fn unsubscribe(visit: Visit) -> Response {
    let Some(from) = visit.hub().can_unsubscribe(&visit.token) else { return visit.over(Over::Unknown) };
    match visit.hub().unsubscribe(&visit.token).await {
        Ok(()) => visit.page(&PayPage::Unsubscribe { from, is_done: true }, None),
        Err(error) => {
            tracing::error!(%error, "somebody could not unsubscribe");
            visit.over(Over::Unavailable)
        }
    }
}
