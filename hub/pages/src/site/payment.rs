//! `/go/{token}` and `/r/{token}`: the way to a payment provider, and back.

use axum::{
    extract::{Path, RawQuery, State},
    response::Response,
};
use http::{HeaderMap, StatusCode, Uri};

use super::{Asked, Site};
use crate::{answer, reader::Fields};

pub(super) async fn forward(
    State(site): State<Site>,
    Path(token): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let query = query.unwrap_or_default();
    let asked = Asked::of(Fields::of(query.as_bytes()).language(), &headers);
    let of_link = site.hub().language_of_link(&token);
    match site.hub().forward_page(&token).await {
        Ok(outcome) => {
            let language = asked.language(of_link);
            site.page(StatusCode::OK, language, &outcome.page, outcome.form_target.as_deref())
        }
        Err(over) => site.over(over, &asked, of_link),
    }
}

pub(super) async fn show(
    State(site): State<Site>,
    Path(token): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let query = query.unwrap_or_default();
    let asked = Asked::of(Fields::of(query.as_bytes()).language(), &headers);
    let of_link = site.hub().language_of_link(&token);
    match site.hub().outcome_page(&token).await {
        Ok(outcome) => site.page(StatusCode::OK, asked.language(of_link), &outcome.page, None),
        Err(over) => site.over(over, &asked, of_link),
    }
}

/// A payment provider sends the payer back with a form. What is in it nobody believes, so nobody reads it.
pub(super) async fn come_back(uri: Uri) -> Response {
    // relative to the folder of the page: whatever stands before it is the proxy's
    answer::see_other(uri.path().rsplit('/').next().unwrap_or_default())
}
