//! A billing system of one customer, written from the description alone.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use axum::{
    Json, Router,
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde_json::{Value, json};
use tokio::net::TcpListener;

pub(super) const NUMBER: &str = "000042";
pub(super) const PIN: &str = "0007";
pub(super) const PDF: &[u8] = b"%PDF-1.4\n% of another server\n%%EOF\n";

/// A token is withdrawn after so many requests.
const REQUESTS_PER_TOKEN: u32 = 3;

#[derive(Default)]
struct Books {
    token: AtomicU32,
    requests: AtomicU32,
    readings: AtomicU32,
}

type Shared = State<Arc<Books>>;
type Answer = Result<Response, Refused>;

pub(super) struct OtherServer {
    pub(super) url: String,
    books: Arc<Books>,
}

impl OtherServer {
    pub(super) async fn start() -> std::io::Result<Self> {
        let books = Arc::new(Books::default());
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}", listener.local_addr()?);
        let router = Router::new()
            .route("/oauth/token", post(token))
            .route("/v1/customers/verify", post(verify))
            .route("/v1/accounts/{id}", get(account))
            .route("/v1/accounts/{id}/invoices", get(invoices))
            .route("/v1/invoices/{no}/pdf", get(pdf))
            .route("/v1/accounts/{id}/card", get(card))
            .route("/v1/accounts/{id}/balance", get(balance))
            .route("/v1/points/{id}/readings", get(readings))
            .route("/v1/readings", post(take_reading))
            .with_state(books.clone());
        tokio::spawn(axum::serve(listener, router).into_future());
        Ok(Self { url, books })
    }

    /// How many readings were taken.
    pub(super) fn readings(&self) -> u32 {
        self.books.readings.load(Ordering::Relaxed)
    }
}

/// An error in the described shape.
struct Refused(StatusCode, &'static str);

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        (self.0, Json(json!({ "fields": [], "message": "odbijeno", "code": self.1, "trace": "x" }))).into_response()
    }
}

/// Every token is withdrawn after a few requests, long before it expires.
fn admit(books: &Books, headers: &HeaderMap) -> Result<(), Refused> {
    let current = format!("Bearer t{}", books.token.load(Ordering::Relaxed));
    let shown = headers.get(header::AUTHORIZATION).and_then(|shown| shown.to_str().ok());
    if shown != Some(&current) || books.requests.fetch_add(1, Ordering::Relaxed) >= REQUESTS_PER_TOKEN {
        return Err(Refused(StatusCode::UNAUTHORIZED, "TOKEN"));
    }
    Ok(())
}

async fn token(State(books): Shared, form: String) -> Answer {
    if !form.contains("grant_type=client_credentials") || !form.contains("client_secret=") {
        return Err(Refused(StatusCode::BAD_REQUEST, "GRANT"));
    }
    let token = books.token.fetch_add(1, Ordering::Relaxed) + 1;
    books.requests.store(0, Ordering::Relaxed);
    Ok(Json(json!({ "token_type": "Bearer", "expires_in": 900, "access_token": format!("t{token}") })).into_response())
}

async fn verify(State(books): Shared, headers: HeaderMap, Json(body): Json<Value>) -> Answer {
    admit(&books, &headers)?;
    if body != json!({ "customerId": NUMBER, "pin": PIN }) {
        return Err(Refused(StatusCode::FORBIDDEN, "DENIED"));
    }
    Ok(Json(json!({ "branch": 3, "accountId": "Račun/42 b" })).into_response())
}

/// An account id is opaque: this one has to be encoded on its way.
fn ours(id: &str) -> Result<(), Refused> {
    if id == "Račun/42 b" { Ok(()) } else { Err(Refused(StatusCode::NOT_FOUND, "NOT_FOUND")) }
}

async fn account(State(books): Shared, headers: HeaderMap, Path(id): Path<String>) -> Answer {
    admit(&books, &headers)?;
    ours(&id)?;
    let point = json!({ "meter": { "verifiedUntil": "2031-05-01", "decimals": 0, "digits": 5, "serial": "X-1" },
        "appliances": [], "pointId": "P 1" });
    Ok(Json(
        json!({ "deliveryPoints": [point], "address": "Ulica 1, Ruma", "name": "Оливера Ђ.", "category": "HOUSEHOLD",
        "customerId": NUMBER, "accountId": id, "since": "1999" }),
    )
    .into_response())
}

fn invoice(number: &str, kind: &str, issued: &str, total: &str, due: Value) -> Value {
    json!({ "currency": "RSD", "total": total, "due": due, "lines": [], "reads": [], "points": ["P 1"],
        "issued": issued, "period": &issued[..7], "kind": kind, "accountId": "Račun/42 b", "invoiceNo": number,
        "payment": { "account": "160-123456789-56", "payee": "JP", "model": "97", "ref": "28-1", "code": "189",
            "purpose": "GAS" }, "note": null })
}

/// One item a page, and the first one recurs.
async fn invoices(
    State(books): Shared,
    headers: HeaderMap,
    Path(id): Path<String>,
    Query(query): Query<std::collections::HashMap<String, String>>,
) -> Answer {
    admit(&books, &headers)?;
    ours(&id)?;
    let due = |amount: &str| json!([{ "part": 1, "amount": amount, "date": "2024-12-20" }]);
    let first = invoice("O-1", "INVOICE", "2024-07-03", "4312.07", due("4312.07"));
    let all = [
        first.clone(),
        invoice("O-2", "CREDIT", "2024-08-03", "-12.50", json!([])),
        first,
        invoice("O-3", "INVOICE", "2024-09-03", "0.00", due("0.00")),
    ];
    let page: usize = query.get("page").and_then(|page| page.parse().ok()).unwrap_or(1);
    let items: Vec<_> = all.get(page - 1).into_iter().collect();
    Ok(Json(json!({ "pages": all.len(), "items": items, "page": page })).into_response())
}

async fn pdf(State(books): Shared, headers: HeaderMap, Path(number): Path<String>) -> Answer {
    admit(&books, &headers)?;
    if number != "O-1" {
        return Err(Refused(StatusCode::NOT_FOUND, "NOT_FOUND"));
    }
    Ok(([(header::CONTENT_TYPE, "application/pdf")], PDF).into_response())
}

async fn card(State(books): Shared, headers: HeaderMap, Path(id): Path<String>) -> Answer {
    admit(&books, &headers)?;
    ours(&id)?;
    let row = |kind: &str, debit: &str, credit: &str, balance: &str| {
        json!({ "ref": "O-1", "balance": balance, "credit": credit, "debit": debit, "text": "t", "kind": kind,
            "date": "2024-07-03" })
    };
    let items = [row("INVOICE", "4312.07", "0.00", "4312.07"), row("PAYMENT", "0.00", "4000.00", "312.07")];
    Ok(Json(json!({ "items": items, "page": 1, "pages": 1 })).into_response())
}

async fn balance(State(books): Shared, headers: HeaderMap, Path(id): Path<String>) -> Answer {
    admit(&books, &headers)?;
    ours(&id)?;
    Ok(Json(json!({ "asOf": "2024-09-03T06:00:00+02:00", "currency": "RSD", "balance": "312.07" })).into_response())
}

async fn readings(State(books): Shared, headers: HeaderMap, Path(id): Path<String>) -> Answer {
    admit(&books, &headers)?;
    if id != "P 1" {
        return Err(Refused(StatusCode::NOT_FOUND, "NOT_FOUND"));
    }
    let item =
        json!({ "source": "OPERATOR", "value": "10498", "readOn": "2024-07-31", "serial": "X-1", "pointId": id });
    Ok(Json(json!({ "items": [item], "page": 1, "pages": 1 })).into_response())
}

async fn take_reading(State(books): Shared, headers: HeaderMap, Json(body): Json<Value>) -> Answer {
    admit(&books, &headers)?;
    if !headers.contains_key("idempotency-key") || body["serial"] != "X-1" || body["value"] != "10510" {
        return Err(Refused(StatusCode::BAD_REQUEST, "BAD_VALUE"));
    }
    books.readings.fetch_add(1, Ordering::Relaxed);
    Ok((StatusCode::ACCEPTED, Json(json!({ "state": "ACCEPTED", "receiptId": "q/1" }))).into_response())
}
