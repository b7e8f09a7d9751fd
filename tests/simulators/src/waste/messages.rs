//! Messages from customers. A key that was used already answers as it did then.

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use super::{Office, known, refused};

/// A message that was taken in.
#[derive(Debug)]
pub(super) struct Message {
    key: Option<String>,
    body: Value,
}

pub(super) async fn take(State(office): State<Office>, headers: HeaderMap, Json(body): Json<Value>) -> Response {
    let customer = body["customer"].as_str().and_then(known);
    if customer.is_none() || body["subject"].as_str().is_none_or(str::is_empty) {
        return refused(StatusCode::UNPROCESSABLE_ENTITY, "BAD_MESSAGE");
    }
    let key = headers.get("idempotency-key").and_then(|key| key.to_str().ok()).map(str::to_owned);
    let messages = &mut office.written().messages;
    let known = messages.iter().position(|message| key.is_some() && message.key == key);
    let place = match known {
        Some(place) if messages[place].body != body => return refused(StatusCode::CONFLICT, "KEY_USED"),
        Some(place) => place,
        None => {
            messages.push(Message { key, body });
            messages.len() - 1
        }
    };
    (StatusCode::CREATED, Json(json!({ "message": format!("m-{}", place + 1) }))).into_response()
}
