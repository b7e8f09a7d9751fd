//! How bills reach the customer: by post or by e-mail.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use serde::{Deserialize, Serialize};

use super::{Desk, body};
use crate::gas::refusal::Refusal;
use crate::gas::written::Channel;

#[derive(Debug, Deserialize)]
struct Wanted {
    channel: String,
}

#[derive(Debug, Serialize)]
pub(super) struct Delivery {
    channel: Channel,
}

/// `GET /v1/accounts/{id}/delivery`
pub(super) async fn get(State(desk): State<Desk>, Path(id): Path<String>) -> Result<Json<Delivery>, Refusal> {
    let customer = desk.system.customer(&id)?;
    Ok(Json(Delivery { channel: desk.system.written().delivery(&customer.account_id()) }))
}

/// `PUT /v1/accounts/{id}/delivery`
pub(super) async fn put(
    State(desk): State<Desk>,
    Path(id): Path<String>,
    bytes: Bytes,
) -> Result<Json<Delivery>, Refusal> {
    let customer = desk.system.customer(&id)?;
    let wanted: Wanted = body(&bytes)?;
    let channel = match wanted.channel.as_str() {
        "PAPER" => Channel::Paper,
        "EMAIL" => Channel::Email,
        _ => return Err(Refusal::bad_value("channel")),
    };
    desk.system.written().deliver_by(customer.account_id(), channel);
    desk.counters.wrote("PUT /v1/accounts/{id}/delivery");
    Ok(Json(Delivery { channel }))
}
