//! `/p/{token}`: the page where a bill is paid.

use std::time::Duration;

use axum::{
    extract::{Path, RawQuery, State},
    response::Response,
};
use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use komunala_app::{
    payment::PayByLink,
    ports::{
        Call,
        pay_pages::{Over, PayPage},
    },
};

use super::{Asked, Site};
use crate::{answer, reader::Fields};

/// How long a payer waits for a payment provider to get ready.
const PATIENCE: Duration = Duration::from_secs(12);

pub(super) async fn show(
    State(site): State<Site>,
    Path(token): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let query = query.unwrap_or_default();
    let fields = Fields::of(query.as_bytes());
    let asked = Asked::of(fields.language(), &headers);
    let of_link = site.hub().language_of_link(&token);
    match site.hub().bill_page(&token, fields.part(), fields.names_whole()).await {
        Ok(bill) => site.page(StatusCode::OK, asked.language(of_link), &PayPage::Bill(Box::new(bill)), None),
        Err(over) => site.over(over, &asked, of_link),
    }
}

/// A button of the page was pressed.
pub(super) async fn pay(
    State(site): State<Site>,
    Path(token): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let query = query.unwrap_or_default();
    let asked = Asked::of(Fields::of(query.as_bytes()).language(), &headers);
    let of_link = site.hub().language_of_link(&token);
    let form = Fields::of(&body);
    let channel = form.get("channel").and_then(|channel| channel.parse().ok());
    let (Some(channel), Some(request_id)) = (channel, form.request_id()) else {
        return site.over(Over::Unknown, &asked, of_link);
    };
    let (installment, language) = (form.part(), asked.language(of_link));
    let pressed = PayByLink { installment, channel, request_id, language };
    match site.hub().pay_by_link(&token, Call::within(PATIENCE), pressed).await {
        Ok(uri) => answer::see_other(&uri),
        Err(over) => site.over(over, &asked, of_link),
    }
}
