//! The adapter against a billing system that is not the simulator, but follows the same description: another order of
//! fields, further fields, ids that must be encoded, another prefix, readings behind the meter and before it.

use std::collections::HashMap;

use anyhow::ensure;
use axum::{
    Json, Router,
    extract::{Path, Query, RawQuery, Request},
    http::{HeaderMap, StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use jiff::civil::date;
use komunala_app::ports::{
    BillingError, BillingSystem, IntervalSource, OutageSource,
    billing::{IdempotencyKey, ReceiptState},
};
use komunala_domain::{
    Reading,
    interval::{Direction, Measure, Quality, Selection},
    outage::OutageState,
    reading::{ReadingSource, RegisterState},
};
use rust_decimal::Decimal;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::{
    metering::{AMOUNTS, day_of},
    place::{adapter, call, verify},
};

const NUMBER: &str = "6-000042";
const OTHER: &str = "6-000043";
const BILL: &str = "Račun 7/2024";
const PDF: &[u8] = b"%PDF-1.4\n% of another server\n%%EOF\n";
const QUARTERS: &str = "32.0.2.4.1.2.12.0.0.0.0.0.0.0.0.3.72.0";

struct Refused(StatusCode, Value);

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        (self.0, Json(self.1)).into_response()
    }
}

fn refused(status: u16, code: &str) -> Refused {
    let status = StatusCode::from_u16(status).expect("it is a status");
    Refused(status, json!({ "trace": "x", "fields": [], "message": "zavrnjeno", "code": code }))
}

async fn start() -> std::io::Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}/api/v2", listener.local_addr()?);
    let routes = Router::new()
        .route("/odjemalec/preveri", post(check))
        .route("/merilno-mesto/{id}", get(point))
        .route("/racuni", get(bills))
        .route("/racuni/{id}", get(bill))
        .route("/meter-readings", get(readings))
        .route("/izklopi", get(outages))
        .route("/odbirki", post(submit).get(receipt))
        .layer(middleware::from_fn(admit));
    let router = Router::new().nest("/api/v2", routes);
    tokio::spawn(axum::serve(listener, router).into_future());
    Ok(url)
}

async fn admit(request: Request, next: Next) -> Response {
    match request.headers().get("x-api-token") {
        Some(token) if token == "skrivnost" => next.run(request).await,
        _ => refused(401, "TOKEN").into_response(),
    }
}

async fn check(Json(body): Json<Value>) -> Result<Json<Value>, Refused> {
    if body != json!({ "merilnoMesto": NUMBER, "pin": "0007" }) {
        return Err(refused(403, "PRISTOP"));
    }
    Ok(Json(json!({ "merilnaMesta": [OTHER, NUMBER], "jezik": "sl", "odjemalec": "Odj/42 b" })))
}

async fn point(Path(id): Path<String>) -> Result<Json<Value>, Refused> {
    if id != NUMBER {
        // the other point was given up since
        return Err(refused(404, "NOT_FOUND"));
    }
    Ok(Json(json!({ "tarife": 2, "stevilke": 6, "stevec": "ISK-1", "dogovorjenaMoc": {}, "faze": 1, "varovalkaA": 20,
        "dobavitelj": null, "placnik": { "naslov": "Pot 1, Kranj", "naziv": "Živa Ž." }, "gsrn": "383111590000000427",
        "merilnoMesto": id, "opomba": null })))
}

fn a_bill() -> Value {
    json!({ "placilo": { "namen": "EL", "koda": "ENRG", "sklic": "SI12 1", "prejemnik": "EG", "iban": "SI56 1" },
        "valuta": "EUR", "znesek": "24.17", "postavke": [{ "bruto": "24.17", "stopnjaDdv": "22", "neto": "19.81",
        "enota": "kWh", "kolicina": "151.253", "naziv": "VT", "sifra": "1" }], "zapade": "2024-08-28",
        "izdano": "2024-08-08", "obdobje": "2024-07", "merilnoMesto": NUMBER, "stevilka": "07-1", "id": BILL, "x": 1 })
}

async fn bills(Query(query): Query<HashMap<String, String>>) -> Result<Json<Value>, Refused> {
    match query.get("merilnoMesto").map(String::as_str) {
        Some(NUMBER) => Ok(Json(json!([a_bill(), a_bill()]))),
        _ => Err(refused(404, "NOT_FOUND")),
    }
}

async fn bill(Path(id): Path<String>, headers: HeaderMap) -> Result<Response, Refused> {
    if id != BILL {
        return Err(refused(404, "NOT_FOUND"));
    }
    match headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok()) {
        Some("application/json") => Ok(Json(a_bill()).into_response()),
        Some("application/pdf") => Ok(([(header::CONTENT_TYPE, "application/pdf")], PDF).into_response()),
        Some("application/xml") => Ok((
            [(header::CONTENT_TYPE, "application/xml; charset=utf-8")],
            "<?xml version='1.0'?><!-- e-SLOG --><es:Invoice xmlns:es='urn:eslog:2.00'><es:M_INVOIC/></es:Invoice>",
        )
            .into_response()),
        _ => Err(refused(406, "OBLIKA")),
    }
}

/// One value that is read in each of the formats; asked for in local time with its offset, or in UTC.
async fn readings(headers: HeaderMap, RawQuery(query): RawQuery) -> Result<Response, Refused> {
    let query = query.unwrap_or_default();
    if !query.contains("usagePoint=6-000042") || !query.contains("option=ReadingType%3D") || query.contains('+') {
        return Err(refused(400, "BAD_VALUE"));
    }
    let accept = headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
    if !query.contains(QUARTERS) {
        return Ok(match accept {
            Some("application/xml") => {
                "<MeterReadings xmlns='http://iec.ch/TC57/2011/MeterReadings#'/>".into_response()
            }
            Some("application/atom+xml") => "<feed xmlns='http://www.w3.org/2005/Atom'/>".into_response(),
            _ => Json(json!({ "intervalBlocks": [], "messageCreated": "x", "usagePoint": NUMBER })).into_response(),
        });
    }
    Ok(match accept {
        Some("application/json") => {
            let reading = json!({ "readingQualities": [{ "readingQualityType": "1.2.32" }], "value": "0.000",
                "timestamp": "2024-08-07T10:15:00+02:00" });
            let block = json!({ "intervalReadings": [reading], "stevec": "ISK-1", "readingType": QUARTERS });
            Json(json!({ "intervalBlocks": [block], "messageCreated": "x", "usagePoint": NUMBER })).into_response()
        }
        Some("application/xml") => format!(
            "<MeterReadings xmlns='http://iec.ch/TC57/2011/MeterReadings#'><MeterReading><Meter><Names><name>ISK-1</name></Names></Meter>\
             <UsagePoint><Names><name>{NUMBER}</name></Names></UsagePoint><IntervalBlocks><ReadingType ref='{QUARTERS}'/>\
             <IntervalReadings><ReadingQualities><ReadingQualityType ref='1.2.32'/></ReadingQualities>\
             <timeStamp>2024-08-07T08:15:00Z</timeStamp><value>0.000</value></IntervalReadings></IntervalBlocks></MeterReading></MeterReadings>"
        )
        .into_response(),
        Some("application/atom+xml") => "<a:feed xmlns:a='http://www.w3.org/2005/Atom' xmlns='http://naesb.org/espi'>\
             <a:entry><a:link rel='self' href='r/1'/><a:link rel='related' href='r/1/b'/><a:link rel='related' href='t/1'/><a:title>Poraba po četrt ure</a:title>\
             <a:content><MeterReading/></a:content></a:entry><a:entry><a:link rel='self' href='t/1'/><a:content><ReadingType>\
             <accumulationBehaviour>4</accumulationBehaviour><flowDirection>1</flowDirection><intervalLength>900</intervalLength>\
             <powerOfTenMultiplier>0</powerOfTenMultiplier><uom>72</uom></ReadingType></a:content></a:entry>\
             <a:entry><a:link rel='up' href='r/1/b'/><a:content><IntervalBlock><interval><start>1723017600</start><duration>86400</duration></interval>\
             <IntervalReading><ReadingQuality><quality>16</quality></ReadingQuality><value>0</value></IntervalReading></IntervalBlock></a:content></a:entry></a:feed>"
            .into_response(),
        _ => return Err(refused(406, "OBLIKA")),
    })
}

async fn outages(Query(query): Query<HashMap<String, String>>) -> Json<Value> {
    let outage = json!({ "merilnaMesta": [NUMBER], "stanje": "SPREMENJEN", "razlog": null, "do": "2024-08-20T10:00:00+02:00",
        "od": "2024-08-20T08:00:00+02:00", "spremenjeno": "2024-08-15T08:00:00Z", "revision": 2, "id": "I/1" });
    let again = query.contains_key("since");
    Json(if again { json!([]) } else { json!([outage]) })
}

async fn submit(headers: HeaderMap, Json(body): Json<Value>) -> Result<Response, Refused> {
    let states = body["stanja"].as_array().map_or(0, Vec::len);
    if !headers.contains_key("idempotency-key") || body["merilnoMesto"] != NUMBER || states != 2 {
        return Err(refused(400, "BAD_VALUE"));
    }
    Ok((StatusCode::ACCEPTED, Json(json!({ "stanje": "POSTED", "id": "o/1" }))).into_response())
}

async fn receipt(Query(query): Query<HashMap<String, String>>) -> Result<Json<Value>, Refused> {
    match query.get("key").map(String::as_str) {
        Some("key-0001") => Ok(Json(json!({ "stanje": "REJECTED", "id": "o/1" }))),
        _ => Err(refused(404, "NOT_FOUND")),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payer_is_served_by_another_server_that_follows_the_same_text() -> anyhow::Result<()> {
    let url = start().await?;
    let adapter = adapter(&url, "skrivnost", "application/json")?;
    let account = verify(&adapter, NUMBER, "0007").await?;
    let wrong = verify(&adapter, NUMBER, "7").await;
    ensure!(wrong == Err(BillingError::BadCredentials), "{wrong:?}");
    let shown = adapter.account(call(), &account).await?;
    ensure!(shown.supply_points.len() == 1 && shown.supply_points[0].point_number == NUMBER, "{shown:?}");
    ensure!(shown.supply_points[0].gsrn.as_deref() == Some("383111590000000427"), "no GSRN");

    let bills = adapter.invoices(call(), &account, None, None).await?;
    ensure!(bills.items.len() == 1 && bills.next.is_none(), "{} bills", bills.items.len());
    let bill = &bills.items[0];
    ensure!(bill.total.to_string() == "24.17 EUR" && bill.lines[0].quantity == Some("151.253".parse()?), "{bill:?}");
    ensure!(adapter.invoice(call(), &account, &bill.external_id).await? == *bill, "another bill");
    let pdf = adapter.document(call(), &account, &bill.external_id, "application/pdf").await?;
    ensure!(pdf.bytes == PDF, "another PDF");
    adapter.document(call(), &account, &bill.external_id, "application/xml").await?;

    let page = adapter.outages(call(), None, 10).await?;
    ensure!(page.at_end && page.outages[0].state == OutageState::Changed && page.problems.is_empty(), "{page:?}");
    ensure!(adapter.outages(call(), Some(&page.next), 10).await?.outages.is_empty(), "they recur");

    let register = |code: &str| RegisterState { code: code.to_owned(), value: Decimal::from(12) };
    let reading = Reading {
        supply_point: NUMBER.parse()?,
        serial_number: "ISK-1".into(),
        date: date(2024, 8, 7),
        registers: vec![register("low"), register("high")],
        source: ReadingSource::Customer,
    };
    let key = IdempotencyKey("key-0001".into());
    let receipt = adapter.submit_reading(call(), &account, &reading, &key).await?;
    ensure!(receipt.state == ReceiptState::Posted, "{receipt:?}");
    let receipt = adapter.reading_receipt(call(), &account, &reading, &key).await?;
    ensure!(receipt.is_some_and(|receipt| receipt.state == ReceiptState::Rejected), "another receipt");
    let unknown = IdempotencyKey("key-0002".into());
    ensure!(adapter.reading_receipt(call(), &account, &reading, &unknown).await?.is_none(), "a receipt of nothing");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_quarter_hour_comes_in_each_of_the_formats() -> anyhow::Result<()> {
    let url = start().await?;
    for format in ["application/json", "application/xml", "application/atom+xml"] {
        let adapter = adapter(&url, "skrivnost", format)?;
        let account = verify(&adapter, NUMBER, "0007").await?;
        let (point, span) = (NUMBER.parse()?, day_of(date(2024, 8, 7), 1));
        let part = adapter.intervals(call(), &account, &point, AMOUNTS, span, None).await?;
        let [series] = &part.items[..] else { anyhow::bail!("{format}: {:?}", part.items) };
        ensure!((series.serial_number.as_str(), series.length) == ("ISK-1", 900), "{format}: {series:?}");
        let value = &series.values[0];
        ensure!(value.value.is_zero() && value.quality == Quality::Questionable, "{format}: {value:?}");
        if format != "application/atom+xml" {
            ensure!(
                value.end.to_string() == "2024-08-07T08:15:00Z" && value.codes == ["1.2.32"],
                "{format}: {value:?}"
            );
        } else {
            ensure!(value.end.to_string() == "2024-08-07T08:15:00Z" && value.codes == ["16"], "{format}: {value:?}");
        }
        let produced = Selection { measure: Measure::Amount, direction: Direction::Produced };
        let part = adapter.intervals(call(), &account, &point, produced, span, None).await;
        ensure!(part.is_ok_and(|part| part.items.is_empty()), "{format}: something is fed in");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_token_is_the_operators_business() -> anyhow::Result<()> {
    let adapter = adapter(&start().await?, "narobe", "application/json")?;
    let error = verify(&adapter, NUMBER, "0007").await.unwrap_err();
    ensure!(matches!(error, BillingError::Config { .. }), "{error:?}");
    Ok(())
}
