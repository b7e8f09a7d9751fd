//! Fetching a token, and checking a customer's number and PIN.

use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, State};
use serde::{Deserialize, Serialize};

use super::{Desk, body};
use crate::gas::refusal::Refusal;
use crate::gas::token::{TokenAnswer, TokenRequest};

/// `POST /oauth/token`
pub(super) async fn token(
    State(desk): State<Desk>,
    form: Result<Form<TokenRequest>, FormRejection>,
) -> Result<Json<TokenAnswer>, Refusal> {
    let Form(request) = form.map_err(|rejection| Refusal::bad_request(rejection.body_text()))?;
    desk.system.tokens.issue(&request).map(Json)
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Credentials {
    customer_id: String,
    pin: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Verified {
    account_id: String,
}

/// `POST /v1/customers/verify`
pub(super) async fn verify(State(desk): State<Desk>, bytes: Bytes) -> Result<Json<Verified>, Refusal> {
    let credentials: Credentials = body(&bytes)?;
    let account_id = desk.system.verify(&credentials.customer_id, &credentials.pin)?;
    Ok(Json(Verified { account_id }))
}
