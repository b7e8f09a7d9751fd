//! Meter readings and their receipts.

use std::collections::HashMap;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Desk, body, once};
use crate::gas::page::{ListQuery, Page, day};
use crate::gas::reading::{Reading, Submitted, check, generated};
use crate::gas::refusal::Refusal;
use crate::gas::written::{Keyed, Receipt};
use crate::month::Month;

/// `GET /v1/points/{id}/readings`
pub(super) async fn list(
    State(desk): State<Desk>,
    Path(id): Path<String>,
    Query(query): Query<ListQuery>,
) -> Result<Json<Page<Reading>>, Refusal> {
    let range = query.days()?;
    let point = desk.system.point(&id).ok_or_else(|| Refusal::not_found("point"))?;
    let mut readings = desk.system.readings(point);
    readings.retain(|reading| range.holds(reading.read_on, Month::of(reading.read_on)));
    query.cut(readings, desk.system.switches.settings().paging).map(Json)
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Submission {
    point_id: String,
    serial: String,
    read_on: String,
    value: String,
}

/// `POST /v1/readings`
pub(super) async fn submit(
    State(desk): State<Desk>,
    headers: HeaderMap,
    bytes: Bytes,
) -> Result<(StatusCode, Json<Value>), Refusal> {
    let submission: Submission = body(&bytes)?;
    let system = &desk.system;
    let point = system.point(&submission.point_id);
    let today = system.today();
    let rejection = system.switches.settings().reject_postings;
    let answer = once(&desk, Keyed::Reading, "POST /v1/readings", &headers, &bytes, |written| {
        let read_on = day(&submission.read_on).ok_or(Refusal::bad_value("readOn"))?;
        let point = point.ok_or(Refusal::meter_unknown("pointId"))?;
        let known = written.merge(&point.id(), generated(point, today));
        let submitted = Submitted { serial: &submission.serial, read_on, value: &submission.value };
        let reading = check(point, &submitted, &known, today)?;
        let receipt_id = written.accept(reading, system.settings.posting, rejection);
        Ok(json!({"receiptId": receipt_id, "state": "ACCEPTED"}))
    })?;
    Ok((StatusCode::ACCEPTED, Json(answer)))
}

/// `GET /v1/readings/{receiptId}`
pub(super) async fn receipt(State(desk): State<Desk>, Path(id): Path<String>) -> Result<Json<Receipt>, Refusal> {
    desk.system.written().receipt(&id).map(Json).ok_or_else(|| Refusal::not_found("receipt"))
}

/// `GET /v1/receipts?key=`
pub(super) async fn receipt_by_key(
    State(desk): State<Desk>,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Json<Receipt>, Refusal> {
    let key = query.get("key").ok_or(Refusal::bad_value("key"))?;
    let written = desk.system.written();
    let receipt = written.receipt_of_key(key).and_then(|id| written.receipt(&id));
    receipt.map(Json).ok_or_else(|| Refusal::not_found("receipt"))
}
