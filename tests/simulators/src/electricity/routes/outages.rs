//! Outages.

use std::collections::HashMap;

use axum::Json;
use axum::extract::{Query, State};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::Desk;
use crate::electricity::refusal::Refusal;

/// How far back an answer goes where nobody says.
const USUAL: SignedDuration = SignedDuration::from_hours(30 * 24);

/// `GET /izklopi?since=`
pub(super) async fn since(
    State(desk): State<Desk>,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Json<Vec<Value>>, Refusal> {
    let moment = &desk.system.moment;
    let since = match query.get("since") {
        Some(since) => since.parse::<Timestamp>().map_err(|_| Refusal::bad_value("since"))?,
        None => moment.now() - USUAL,
    };
    let paging = desk.system.switches.settings().paging;
    let outages = paging.disturb(desk.system.outages(since), 2);
    let written = outages.into_iter().map(|outage| {
        json!({
            "id": outage.id,
            "revision": outage.revision,
            "spremenjeno": moment.written(outage.changed),
            "od": moment.written(outage.start),
            "do": moment.written(outage.end),
            "razlog": outage.reason,
            "stanje": outage.state.word(),
            "merilnaMesta": outage.points,
        })
    });
    Ok(Json(written.collect()))
}
