//! The addresses of the interface, one file per concern.

mod accounts;
mod changes;
mod delivery;
mod invoices;
mod payments;
mod readings;
mod requests;
mod session;

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::refusal::Refusal;
use super::system::GasSystem;
use super::written::{Keyed, Written};
use crate::counters::Counters;
use crate::faults::{self, Faults};

/// The largest body that is read.
const MAX_BODY: usize = 64 * 1024;

/// The longest idempotency key.
const MAX_KEY: usize = 255;

/// What every route has at hand.
#[derive(Debug, Clone)]
pub(super) struct Desk {
    pub(super) system: Arc<GasSystem>,
    pub(super) counters: Counters,
}

/// All addresses of the interface.
pub(super) fn router(desk: Desk) -> Router {
    let faults = Faults { switches: desk.system.switches.clone(), counters: desk.counters.clone() };
    let interface = Router::new()
        .route("/v1/customers/verify", post(session::verify))
        .route("/v1/accounts/{id}", get(accounts::account))
        .route("/v1/accounts/{id}/card", get(accounts::card))
        .route("/v1/accounts/{id}/balance", get(accounts::balance))
        .route("/v1/accounts/{id}/invoices", get(invoices::list))
        .route("/v1/accounts/{id}/delivery", get(delivery::get).put(delivery::put))
        .route("/v1/invoices/{no}", get(invoices::get))
        .route("/v1/invoices/{no}/pdf", get(invoices::pdf))
        .route("/v1/points/{id}/readings", get(readings::list))
        .route("/v1/readings", post(readings::submit))
        .route("/v1/readings/{receipt}", get(readings::receipt))
        .route("/v1/receipts", get(readings::receipt_by_key))
        .route("/v1/requests", post(requests::file))
        .route("/v1/payments", post(payments::book))
        .route("/v1/changes", get(changes::page))
        // Without a token nothing is told, not even what there is: these two lie behind the same door.
        .fallback(async || Refusal::not_found("address"))
        .method_not_allowed_fallback(async || Refusal::method())
        .layer(middleware::from_fn_with_state(desk.clone(), admit));
    Router::new()
        .route("/oauth/token", post(session::token))
        .merge(interface)
        .layer(DefaultBodyLimit::max(MAX_BODY))
        // Outermost, so that a fault can hit any request, and every request is counted.
        .layer(middleware::from_fn_with_state(faults, faults::layer))
        .with_state(desk)
}

/// Lets those in who have a token in force.
async fn admit(State(desk): State<Desk>, request: Request, next: Next) -> Response {
    let authorization = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    match desk.system.tokens.admit(authorization) {
        Ok(()) => next.run(request).await,
        Err(refusal) => refusal.into_response(),
    }
}

/// Reads a JSON body of a shape.
fn body<T: DeserializeOwned>(bytes: &Bytes) -> Result<T, Refusal> {
    serde_json::from_slice(bytes).map_err(|error| Refusal::bad_request(error.to_string()))
}

/// Applies a write under the request's idempotency key, at most once.
///
/// `apply` runs under the lock on everything written, so two requests with one key cannot both be applied.
fn once(
    desk: &Desk,
    keyed: Keyed,
    route: &str,
    headers: &HeaderMap,
    bytes: &Bytes,
    apply: impl FnOnce(&mut Written) -> Result<Value, Refusal>,
) -> Result<Value, Refusal> {
    let key = headers.get("idempotency-key").and_then(|value| value.to_str().ok()).unwrap_or_default();
    if key.is_empty() || key.len() > MAX_KEY {
        return Err(Refusal::bad_value("Idempotency-Key"));
    }
    let body: Value = body(bytes)?;
    let mut written = desk.system.written();
    if let Some(answer) = written.answered(keyed, key, &body)? {
        return Ok(answer);
    }
    let answer = apply(&mut written)?;
    written.remember(keyed, key.to_owned(), body, answer.clone());
    drop(written);
    desk.counters.wrote(route);
    Ok(answer)
}
