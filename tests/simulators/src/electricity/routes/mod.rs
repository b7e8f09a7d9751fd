//! The addresses of the interface, one file per concern.

mod bills;
mod outages;
mod points;
mod readings;
mod submissions;

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::HeaderMap;
use axum::http::header::ACCEPT;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde::de::DeserializeOwned;

use super::refusal::Refusal;
use super::system::System;
use crate::counters::Counters;
use crate::faults::{self, Faults};

/// The largest body that is read.
const MAX_BODY: usize = 64 * 1024;

/// What every route has at hand.
#[derive(Debug, Clone)]
pub(super) struct Desk {
    pub(super) system: Arc<System>,
    pub(super) counters: Counters,
}

/// All addresses of the interface.
pub(super) fn router(desk: Desk) -> Router {
    let faults = Faults { switches: desk.system.switches.clone(), counters: desk.counters.clone() };
    Router::new()
        .route("/odjemalec/preveri", post(points::verify))
        .route("/merilno-mesto/{id}", get(points::by_number))
        .route("/merilna-tocka/{gsrn}", get(points::by_gsrn))
        .route("/meter-readings", get(readings::readings))
        .route("/izklopi", get(outages::since))
        .route("/odbirki", post(submissions::submit).get(submissions::receipt))
        .route("/racuni", get(bills::list))
        .route("/racuni/{id}", get(bills::bill))
        .fallback(async || Refusal::not_found())
        // Without the token nothing is told, not even what there is.
        .layer(middleware::from_fn_with_state(desk.clone(), admit))
        .layer(DefaultBodyLimit::max(MAX_BODY))
        // Outermost, so that a fault can hit any request, and every request is counted.
        .layer(middleware::from_fn_with_state(faults, faults::layer))
        .with_state(desk)
}

/// Lets those in who show the token.
async fn admit(State(desk): State<Desk>, request: Request, next: Next) -> Response {
    let shown = request.headers().get("x-api-token").and_then(|value| value.to_str().ok());
    if shown == Some(desk.system.settings.token.as_str()) {
        next.run(request).await
    } else {
        Refusal::unauthorized().into_response()
    }
}

/// Reads a JSON body of a shape.
fn body<T: DeserializeOwned>(bytes: &Bytes) -> Result<T, Refusal> {
    serde_json::from_slice(bytes).map_err(|_| Refusal::bad_request())
}

/// The media type that is asked for, JSON if anything will do.
fn accepted(headers: &HeaderMap) -> &str {
    let accept = headers.get(ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or("*/*");
    let first = accept.split([',', ';']).next().unwrap_or_default().trim();
    if matches!(first, "*/*" | "application/*") { "application/json" } else { first }
}
