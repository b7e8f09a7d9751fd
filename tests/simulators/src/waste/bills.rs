//! Bills: one a month, the last one still open.

use axum::{
    Json,
    extract::{Path, Query},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{CUSTOMER, unknown};

/// Closed months, newest first.
const MONTHS: [(u16, u8); 7] = [(2026, 10), (2026, 9), (2026, 8), (2026, 7), (2026, 6), (2026, 5), (2026, 4)];

/// The month that is open, and from when it is not.
const OPEN: &str = "26-11-00017";
const CLOSES: &str = "2026-12-12";

#[derive(Deserialize)]
pub(super) struct Part {
    from: usize,
    count: usize,
}

pub(super) async fn list(Path(id): Path<String>, Query(part): Query<Part>) -> Response {
    if id != CUSTOMER {
        return unknown();
    }
    let bills: Vec<Value> = MONTHS.iter().skip(part.from).take(part.count).copied().map(bill).collect();
    Json(json!({ "bills": bills, "more": part.from + part.count < MONTHS.len() })).into_response()
}

pub(super) async fn one(Path(no): Path<String>) -> Response {
    with(&no, |month| Json(bill(month)).into_response())
}

pub(super) async fn pdf(Path(no): Path<String>) -> Response {
    with(&no, |(year, month)| {
        let text = format!(
            "%PDF-1.4\n% racun {}\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n",
            number(year, month)
        );
        ([(header::CONTENT_TYPE, "application/pdf")], text).into_response()
    })
}

fn with(no: &str, answer: impl Fn((u16, u8)) -> Response) -> Response {
    if no == OPEN {
        return (StatusCode::CONFLICT, Json(json!({ "reason": "OPEN", "from": CLOSES }))).into_response();
    }
    MONTHS.iter().find(|(year, month)| number(*year, *month) == no).copied().map_or_else(unknown, answer)
}

fn number(year: u16, month: u8) -> String {
    format!("{:02}-{month:02}-00017", year % 100)
}

fn bill((year, month): (u16, u8)) -> Value {
    json!({
        "no": number(year, month), "customer": CUSTOMER, "month": format!("{year}-{month:02}"),
        "issued": format!("{year}-{:02}-03", month + 1), "due": format!("{year}-{:02}-25", month + 1),
        "currency": "RSD", "total": "1234.50", "places": ["P-17"],
        "lines": [
            { "code": "ODVOZ", "text": "Odvoz smeća", "quantity": "4.5", "unit": "m3", "net": "1122.27", "vat_rate": "10", "gross": "1234.50" },
            { "code": "NAPOMENA", "text": "Hvala što odvajate papir", "quantity": null, "unit": null, "net": null, "vat_rate": null, "gross": null }
        ],
        "payment": { "account": "160-0000000042001-17", "model": "97", "reference": format!("42-00420017{year}{month:02}") }
    })
}
