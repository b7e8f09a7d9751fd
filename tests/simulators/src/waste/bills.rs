//! Bills: one a month, the last one still open.

use axum::{
    Json,
    extract::{Path, Query},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{CUSTOMERS, Customer, known, unknown};

/// Closed months, newest first.
const MONTHS: [Month; 7] = [(2026, 10), (2026, 9), (2026, 8), (2026, 7), (2026, 6), (2026, 5), (2026, 4)];

/// The month that is open, and from when it is not.
const OPEN: Month = (2026, 11);
const CLOSES: &str = "2026-12-12";

/// Its year and its number.
type Month = (u16, u8);

#[derive(Deserialize)]
pub(super) struct Part {
    from: usize,
    count: usize,
}

pub(super) async fn list(Path(id): Path<String>, Query(part): Query<Part>) -> Response {
    let Some(customer) = known(&id) else { return unknown() };
    let months = MONTHS.iter().skip(part.from).take(part.count);
    let bills: Vec<Value> = months.map(|month| bill(customer, *month)).collect();
    Json(json!({ "bills": bills, "more": part.from + part.count < MONTHS.len() })).into_response()
}

pub(super) async fn one(Path(no): Path<String>) -> Response {
    with(&no, |customer, month| Json(bill(customer, month)).into_response())
}

pub(super) async fn pdf(Path(no): Path<String>) -> Response {
    with(&no, |customer, month| {
        let text = format!(
            "%PDF-1.4\n% racun {}\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n",
            number(customer, month)
        );
        ([(header::CONTENT_TYPE, "application/pdf")], text).into_response()
    })
}

fn with(no: &str, answer: impl Fn(&Customer, Month) -> Response) -> Response {
    for customer in &CUSTOMERS {
        if no == number(customer, OPEN) {
            return (StatusCode::CONFLICT, Json(json!({ "reason": "OPEN", "from": CLOSES }))).into_response();
        }
        if let Some(month) = MONTHS.iter().find(|month| number(customer, **month) == no) {
            return answer(customer, *month);
        }
    }
    unknown()
}

fn number(customer: &Customer, (year, month): Month) -> String {
    format!("{:02}-{month:02}-{:0>5}", year % 100, customer.id.trim_start_matches("c-"))
}

fn bill(customer: &Customer, (year, month): Month) -> Value {
    json!({
        "no": number(customer, (year, month)), "customer": customer.id, "month": format!("{year}-{month:02}"),
        "issued": format!("{year}-{:02}-03", month + 1), "due": format!("{year}-{:02}-25", month + 1),
        "currency": "RSD", "total": "1234.50", "places": [customer.place],
        "lines": [
            { "code": "ODVOZ", "text": "Odvoz smeća", "quantity": "4.5", "unit": "m3", "net": "1122.27", "vat_rate": "10", "gross": "1234.50" },
            { "code": "NAPOMENA", "text": "Hvala što odvajate papir", "quantity": null, "unit": null, "net": null, "vat_rate": null, "gross": null }
        ],
        "payment": {
            "account": "160-0000000042001-17", "model": "97", "reference": format!("42-{}{year}{month:02}", customer.number)
        }
    })
}
