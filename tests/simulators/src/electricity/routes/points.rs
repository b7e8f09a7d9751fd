//! Payers and their metering points.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Desk, body};
use crate::electricity::point::Point;
use crate::electricity::refusal::Refusal;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Credentials {
    merilno_mesto: String,
    pin: String,
}

/// `POST /odjemalec/preveri`
pub(super) async fn verify(State(desk): State<Desk>, bytes: Bytes) -> Result<Json<Value>, Refusal> {
    let credentials: Credentials = body(&bytes)?;
    let payer = desk.system.verify(&credentials.merilno_mesto, &credentials.pin)?;
    let points: Vec<String> = payer.points().into_iter().map(Point::number).collect();
    Ok(Json(json!({"odjemalec": payer.id(), "merilnaMesta": points})))
}

/// `GET /merilno-mesto/{id}`
pub(super) async fn by_number(State(desk): State<Desk>, Path(id): Path<String>) -> Result<Json<Value>, Refusal> {
    let point = desk.system.point(&id)?;
    Ok(Json(written(&desk, point)))
}

/// `GET /merilna-tocka/{gsrn}`
pub(super) async fn by_gsrn(State(desk): State<Desk>, Path(gsrn): Path<String>) -> Result<Json<Value>, Refusal> {
    let known = desk.system.settings.payers.point_by_gsrn(&gsrn).ok_or_else(Refusal::not_found)?;
    let point = desk.system.point(&known.number())?;
    Ok(Json(written(&desk, point)))
}

fn written(desk: &Desk, point: Point) -> Value {
    let payer = point.payer();
    json!({
        "merilnoMesto": point.number(),
        "gsrn": point.gsrn(),
        "placnik": {"naziv": payer.name(), "naslov": payer.address()},
        "dobavitelj": "Gorenjska elektrika",
        "varovalkaA": 25,
        "faze": 3,
        "dogovorjenaMoc": {"1": "5.0", "2": "5.0", "3": "6.0", "4": "6.0", "5": "7.0"},
        "stevec": desk.system.serial(point),
        "stevilke": point.digits(),
        "tarife": point.tariffs(),
    })
}
