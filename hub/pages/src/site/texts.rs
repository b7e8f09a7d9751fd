//! `/sms/{provider}/receipts` and `/sms/{provider}/incoming`: what gateways for short messages send, with GET or POST.

use axum::{
    extract::{Path, RawQuery, State},
    response::Response,
};
use bytes::Bytes;
use http::{HeaderMap, StatusCode, header};
use komunala_app::{
    ports::{StoreError, text_gateways::Callback},
    sms::Received,
};

use super::Site;
use crate::answer;

pub(super) async fn receipt(
    State(site): State<Site>,
    Path(provider): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let query = query.unwrap_or_default();
    let Ok(provider) = provider.parse() else { return answer::bare(StatusCode::FORBIDDEN) };
    answered(site.hub().text_receipt(&provider, &callback(&query, &headers, &body)).await)
}

pub(super) async fn incoming(
    State(site): State<Site>,
    Path(provider): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let query = query.unwrap_or_default();
    let Ok(provider) = provider.parse() else { return answer::bare(StatusCode::FORBIDDEN) };
    answered(site.hub().text_called_in(&provider, &callback(&query, &headers, &body)).await)
}

fn callback<'a>(query: &'a str, headers: &'a HeaderMap, body: &'a Bytes) -> Callback<'a> {
    let authorization = headers.get(header::AUTHORIZATION).and_then(|header| header.to_str().ok());
    Callback { query, authorization, body }
}

/// The body is empty: Kannel would send what stands there back to the phone.
fn answered(received: Result<Received, StoreError>) -> Response {
    answer::bare(match received {
        Ok(Received::Heard) => StatusCode::OK,
        Ok(Received::Refused) => StatusCode::FORBIDDEN,
        Ok(Received::Malformed) => StatusCode::BAD_REQUEST,
        Ok(Received::Early) => StatusCode::NOT_FOUND,
        Err(error) => {
            tracing::error!(%error, "what a gateway sent could not be looked into");
            StatusCode::SERVICE_UNAVAILABLE
        }
    })
}
