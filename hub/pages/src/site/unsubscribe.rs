//! `/u/{token}`: no more bills by mail, by one click (RFC 8058).
//!
//! Mail scanners follow links, so looking at the page does nothing. What a mail program posts and what the page's button
//! does is the same, and so is doing it twice.

use axum::{
    extract::{Path, RawQuery, State},
    response::Response,
};
use http::{HeaderMap, StatusCode};
use komunala_app::{
    failure::Failure,
    ports::pay_pages::{Over, PayPage},
};

use super::{Asked, Site};
use crate::reader::Fields;

pub(super) async fn show(
    State(site): State<Site>,
    Path(token): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let asked = asked(query, &headers);
    match site.hub().can_unsubscribe(&token) {
        true => answer(&site, &asked, false),
        false => site.over(Over::Unknown, &asked, None),
    }
}

/// The body, which a mail program fills as the standard says, says nothing that the path does not.
pub(super) async fn unsubscribe(
    State(site): State<Site>,
    Path(token): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let asked = asked(query, &headers);
    match site.hub().unsubscribe(&token).await {
        Ok(()) => answer(&site, &asked, true),
        Err(Failure::NotFound(_)) => site.over(Over::Unknown, &asked, None),
        Err(error) => {
            tracing::error!(%error, "somebody could not unsubscribe");
            site.over(Over::Unavailable, &asked, None)
        }
    }
}

fn asked(query: Option<String>, headers: &HeaderMap) -> Asked {
    let query = query.unwrap_or_default();
    Asked::of(Fields::of(query.as_bytes()).language(), headers)
}

fn answer(site: &Site, asked: &Asked, is_done: bool) -> Response {
    site.page(StatusCode::OK, asked.language(None), &PayPage::Unsubscribe { is_done }, None)
}
