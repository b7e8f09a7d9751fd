//! Readings that customers hand in.

use std::collections::HashMap;
use std::time::Instant;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::Value;

use super::{Desk, body};
use crate::amount::Decimal;
use crate::electricity::point::Point;
use crate::electricity::refusal::Refusal;
use crate::electricity::series::{ReadingType, state_at};
use crate::electricity::usage::Flow;
use crate::electricity::written::Submitted;

/// The most that can have flowed since the last state, in Wh.
const MOST: i64 = 20_000_000;
/// The longest idempotency key.
const MAX_KEY: usize = 255;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Submission {
    merilno_mesto: String,
    stevec: String,
    datum: String,
    stanja: Vec<RegisterState>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct RegisterState {
    reading_type: String,
    value: String,
}

/// `POST /odbirki`
pub(super) async fn submit(
    State(desk): State<Desk>,
    headers: HeaderMap,
    bytes: Bytes,
) -> Result<(StatusCode, Json<Value>), Refusal> {
    let key = headers.get("idempotency-key").and_then(|value| value.to_str().ok()).unwrap_or_default();
    if key.is_empty() || key.len() > MAX_KEY {
        return Err(Refusal::bad_value("Idempotency-Key"));
    }
    let raw: Value = body(&bytes)?;
    let submission: Submission = body(&bytes)?;
    let system = &desk.system;
    let point = system.point(&submission.merilno_mesto);
    let rejected = system.switches.settings().reject_postings.is_some();
    let mut written = system.written();
    if let Some(answer) = written.answered(key, &raw)? {
        return Ok((StatusCode::ACCEPTED, Json(answer)));
    }
    check(&desk, point.map_err(|_| Refusal::meter_unknown())?, &submission)?;
    let reading = Submitted {
        point: submission.merilno_mesto,
        serial: submission.stevec,
        day: submission.datum,
        states: submission.stanja.into_iter().map(|state| (state.reading_type, state.value)).collect(),
    };
    let answer = written.accept(key, raw, reading, Instant::now() + system.settings.posting, rejected);
    drop(written);
    desk.counters.wrote("POST /odbirki");
    Ok((StatusCode::ACCEPTED, Json(answer)))
}

fn check(desk: &Desk, point: Point, submission: &Submission) -> Result<(), Refusal> {
    let moment = &desk.system.moment;
    if submission.stevec != desk.system.serial(point) {
        return Err(Refusal::meter_unknown());
    }
    let day: Date = submission.datum.parse().map_err(|_| Refusal::bad_value("datum"))?;
    if day > moment.today() {
        return Err(Refusal::window_closed());
    }
    let mut tariffs = Vec::new();
    for state in &submission.stanja {
        let kind = ReadingType::parse(&state.reading_type).filter(|kind| kind.is_state && kind.flow == Flow::Consumed);
        let kind = kind.ok_or(Refusal::bad_value("stanja"))?;
        let value = Decimal::parse(&state.value, 3).filter(|value| value.scaled >= 0);
        let value = value.ok_or(Refusal::bad_value("stanja"))?.scaled;
        let modulus = 10_i64.pow(u32::from(point.digits())) * 1000;
        if value >= modulus {
            return Err(Refusal::bad_value("stanja"));
        }
        tariffs.push(kind.tariff);
        // whole kWh are read off, so the last one may have begun
        let latest = (0..3).filter_map(|days| {
            let before = day.checked_sub(jiff::ToSpan::days(days)).ok()?;
            state_at(point, kind.tariff, before, moment)
        });
        if let Some(latest) = latest.into_iter().next() {
            let latest = latest - latest % 1000;
            match value - latest {
                used if used > MOST => return Err(Refusal::read_high()),
                used if used < 0 && used + modulus > MOST => return Err(Refusal::read_lower()),
                _ => {}
            }
        }
    }
    tariffs.sort_unstable();
    let all: &[u8] = if point.tariffs() == 1 { &[0] } else { &[1, 2] };
    if tariffs == all { Ok(()) } else { Err(Refusal::bad_value("stanja")) }
}

/// `GET /odbirki?key=`
pub(super) async fn receipt(
    State(desk): State<Desk>,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Json<Value>, Refusal> {
    let key = query.get("key").ok_or(Refusal::bad_value("key"))?;
    desk.system.written().receipt(key).map(Json).ok_or_else(Refusal::not_found)
}
