//! Errors in the shape that every one of this system's errors has.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use jiff::civil::Date;
use serde::Serialize;

/// Why a request is not served: an HTTP status and `{code, message, fields}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Refusal {
    #[serde(skip)]
    status: StatusCode,
    code: &'static str,
    message: &'static str,
    fields: Vec<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    available_from: Option<Date>,
}

impl Refusal {
    fn new(status: StatusCode, code: &'static str, message: &'static str) -> Self {
        Self { status, code, message, fields: Vec::new(), available_from: None }
    }

    fn about(mut self, field: &'static str) -> Self {
        self.fields.push(field);
        self
    }

    pub(super) fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "NOT_FOUND", "ne obstaja")
    }

    pub(super) fn unauthorized() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "UNAUTHORIZED", "X-API-TOKEN manjka ali je napačen")
    }

    /// One text for a wrong PIN and an unknown metering point.
    pub(super) fn bad_credentials() -> Self {
        Self::new(StatusCode::FORBIDDEN, "BAD_CREDENTIALS", "napačno merilno mesto ali PIN")
    }

    pub(super) fn locked() -> Self {
        Self::new(StatusCode::LOCKED, "LOCKED", "preveč napačnih poskusov")
    }

    pub(super) fn not_acceptable() -> Self {
        Self::new(StatusCode::NOT_ACCEPTABLE, "NOT_ACCEPTABLE", "te oblike ni").about("Accept")
    }

    pub(super) fn bad_request() -> Self {
        Self::new(StatusCode::BAD_REQUEST, "BAD_REQUEST", "neveljavna zahteva")
    }

    pub(super) fn bad_value(field: &'static str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "BAD_VALUE", "neveljavna vrednost").about(field)
    }

    pub(super) fn meter_unknown() -> Self {
        Self::new(StatusCode::BAD_REQUEST, "METER_UNKNOWN", "tega števca tu ni").about("stevec")
    }

    pub(super) fn window_closed() -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "WINDOW_CLOSED", "za ta dan se odbirki ne sprejemajo")
            .about("datum")
    }

    pub(super) fn read_lower() -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "READ_LOWER", "števec je kazal več").about("stanja")
    }

    pub(super) fn read_high() -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "READ_HIGH", "toliko ni moglo preteči").about("stanja")
    }

    pub(super) fn idempotency_conflict() -> Self {
        Self::new(StatusCode::CONFLICT, "IDEMPOTENCY_CONFLICT", "ta ključ je bil uporabljen za drugo zahtevo")
    }

    pub(super) fn period_open(available_from: Date) -> Self {
        let refusal = Self::new(StatusCode::CONFLICT, "PERIOD_OPEN", "obdobje še ni zaključeno");
        Self { available_from: Some(available_from), ..refusal }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        (self.status, Json(self)).into_response()
    }
}
