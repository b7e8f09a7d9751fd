//! Meter readings in three forms.

use axum::extract::{RawQuery, State};
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::{Desk, accepted};
use crate::electricity::format::Answer;
use crate::electricity::moment::Moment;
use crate::electricity::refusal::Refusal;
use crate::electricity::series::{ReadingType, blocks};

/// The most that a request may cover, an hour of summer time included.
const LONGEST: SignedDuration = SignedDuration::from_hours(400 * 24 + 1);

/// `GET /meter-readings?usagePoint=&startTime=&endTime=&option=ReadingType%3D…`
pub(super) async fn readings(
    State(desk): State<Desk>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Response, Refusal> {
    let system = &desk.system;
    if let Some(refusal) = over_quota(&desk) {
        return Ok(refusal);
    }
    let query = parameters(query.as_deref().unwrap_or_default())?;
    let one = |name| query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    let point = system.usage_point(one("usagePoint").ok_or(Refusal::bad_value("usagePoint"))?)?;
    let moment = &system.moment;
    let first = time(one("startTime"), moment).ok_or(Refusal::bad_value("startTime"))?;
    let last = time(one("endTime"), moment).ok_or(Refusal::bad_value("endTime"))?;
    if last < first || last.duration_since(first) > LONGEST {
        return Err(Refusal::bad_value("endTime"));
    }
    let options = query.iter().filter(|(key, _)| key == "option");
    let kinds: Vec<ReadingType> = options
        .map(|(_, option)| option.strip_prefix("ReadingType=").and_then(ReadingType::parse))
        .collect::<Option<_>>()
        .filter(|kinds: &Vec<ReadingType>| !kinds.is_empty())
        .ok_or(Refusal::bad_value("option"))?;

    let paging = system.switches.settings().paging;
    let mut found: Vec<_> = kinds.into_iter().flat_map(|kind| blocks(point, kind, first, last, moment)).collect();
    for block in &mut found {
        let readings = std::mem::take(&mut block.readings);
        block.readings = paging.disturb(readings, 96);
    }
    let media_type = accepted(&headers);
    let written = Answer { point, blocks: &found, moment }.write(media_type).ok_or_else(Refusal::not_acceptable)?;
    Ok(([(CONTENT_TYPE, media_type.to_owned())], written).into_response())
}

fn over_quota(desk: &Desk) -> Option<Response> {
    let quota = desk.system.settings.quota?;
    let mut written = desk.system.written();
    if written.asked < quota {
        written.asked += 1;
        return None;
    }
    let body = json!({"code": "QUOTA", "message": "preveč zahtev", "fields": []});
    Some((StatusCode::TOO_MANY_REQUESTS, [(RETRY_AFTER, "60")], axum::Json(body)).into_response())
}

/// A local day, or a moment with an offset.
fn time(text: Option<&str>, moment: &Moment) -> Option<Timestamp> {
    let text = text?;
    match text.parse::<Date>() {
        Ok(day) if text.len() == 10 => Some(moment.midnight(day)),
        _ => text.parse().ok(),
    }
}

/// The parameters of a query, which may recur.
fn parameters(query: &str) -> Result<Vec<(String, String)>, Refusal> {
    let pair = |pair: &str| {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        Some((decoded(key)?, decoded(value)?))
    };
    query.split('&').filter(|part| !part.is_empty()).map(pair).collect::<Option<_>>().ok_or_else(Refusal::bad_request)
}

/// Percent-decodes; a plus is a blank, as in forms, so that an offset has to be encoded.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let digits = [rest.next()?, rest.next()?];
                u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?
            }
            byte => byte,
        });
    }
    String::from_utf8(bytes).ok()
}
