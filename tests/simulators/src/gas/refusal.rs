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
    message: String,
    fields: Vec<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    available_from: Option<Date>,
}

impl Refusal {
    fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), fields: Vec::new(), available_from: None }
    }

    fn about(mut self, field: &'static str) -> Self {
        self.fields.push(field);
        self
    }

    pub(super) fn not_found(what: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, "NOT_FOUND", format!("no such {what}"))
    }

    pub(super) fn method() -> Self {
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "METHOD_NOT_ALLOWED", "this address takes another method")
    }

    pub(super) fn unauthorized() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "UNAUTHORIZED", "the access token is missing, unknown or expired")
    }

    pub(super) fn bad_client(status: StatusCode, code: &'static str, field: &'static str) -> Self {
        Self::new(status, code, "no token for this client").about(field)
    }

    /// One text for a wrong PIN and an unknown customer.
    pub(super) fn bad_credentials() -> Self {
        Self::new(StatusCode::FORBIDDEN, "BAD_CREDENTIALS", "customer number or PIN is wrong")
    }

    pub(super) fn locked() -> Self {
        Self::new(StatusCode::LOCKED, "LOCKED", "too many wrong PINs")
    }

    pub(super) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "BAD_REQUEST", message)
    }

    pub(super) fn bad_value(field: &'static str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "BAD_VALUE", format!("{field} has no acceptable value")).about(field)
    }

    pub(super) fn bad_cursor() -> Self {
        Self::new(StatusCode::BAD_REQUEST, "BAD_CURSOR", "since is no cursor of this kind").about("since")
    }

    pub(super) fn meter_unknown(field: &'static str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "METER_UNKNOWN", "no such meter serves there").about(field)
    }

    pub(super) fn window_closed() -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "WINDOW_CLOSED", "no readings are taken for this day")
            .about("readOn")
    }

    pub(super) fn read_lower() -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "READ_LOWER", "the meter has shown more before").about("value")
    }

    pub(super) fn read_high() -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "READ_HIGH", "more than can have flowed; the staff enters it")
            .about("value")
    }

    pub(super) fn idempotency_conflict() -> Self {
        Self::new(StatusCode::CONFLICT, "IDEMPOTENCY_CONFLICT", "this key came with another body")
            .about("Idempotency-Key")
    }

    pub(super) fn period_open(available_from: Date) -> Self {
        Self {
            available_from: Some(available_from),
            ..Self::new(StatusCode::CONFLICT, "PERIOD_OPEN", format!("not before {available_from}"))
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        (self.status, Json(self)).into_response()
    }
}
