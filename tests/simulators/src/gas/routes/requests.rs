//! Questions, feedback, complaints and data changes.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Desk, body, once};
use crate::gas::refusal::Refusal;
use crate::gas::written::{Keyed, ServiceRequest};

const KINDS: [&str; 4] = ["QUESTION", "FEEDBACK", "COMPLAINT", "DATA_CHANGE"];

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Filing {
    account_id: String,
    kind: String,
    subject: String,
    text: String,
}

/// `POST /v1/requests`
pub(super) async fn file(
    State(desk): State<Desk>,
    headers: HeaderMap,
    bytes: Bytes,
) -> Result<(StatusCode, Json<Value>), Refusal> {
    let filing: Filing = body(&bytes)?;
    let customer = desk.system.customer(&filing.account_id);
    let answer = once(&desk, Keyed::Request, "POST /v1/requests", &headers, &bytes, |written| {
        let customer = customer?;
        if !KINDS.contains(&filing.kind.as_str()) {
            return Err(Refusal::bad_value("kind"));
        }
        if filing.subject.trim().is_empty() {
            return Err(Refusal::bad_value("subject"));
        }
        if filing.text.trim().is_empty() {
            return Err(Refusal::bad_value("text"));
        }
        let request_id = written.file(ServiceRequest {
            request_id: String::new(),
            account_id: customer.account_id(),
            kind: filing.kind,
            subject: filing.subject,
            text: filing.text,
        });
        Ok(json!({"requestId": request_id}))
    })?;
    Ok((StatusCode::CREATED, Json(answer)))
}
