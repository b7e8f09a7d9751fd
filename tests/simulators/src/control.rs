//! Steering a running simulator over HTTP: switches and counters. No token is needed, no rule applies.

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};

use crate::counters::Counts;
use crate::faults::Faults;
use crate::switches::SwitchSettings;

/// `/_switches` and `/_counters`.
pub(crate) fn router(faults: Faults) -> Router {
    Router::new()
        .route("/_switches", get(switches).put(throw_switches).delete(clear_switches))
        .route("/_counters", get(counters).delete(reset_counters))
        .with_state(faults)
}

async fn switches(State(faults): State<Faults>) -> Json<SwitchSettings> {
    Json(faults.switches.settings())
}

async fn throw_switches(State(faults): State<Faults>, Json(settings): Json<SwitchSettings>) -> Json<SwitchSettings> {
    faults.switches.set(settings);
    Json(faults.switches.settings())
}

async fn clear_switches(State(faults): State<Faults>) -> StatusCode {
    faults.switches.clear();
    StatusCode::NO_CONTENT
}

async fn counters(State(faults): State<Faults>) -> Json<Counts> {
    Json(faults.counters.counts())
}

async fn reset_counters(State(faults): State<Faults>) -> StatusCode {
    faults.counters.reset();
    StatusCode::NO_CONTENT
}
