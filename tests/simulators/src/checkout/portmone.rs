//! Portmone: a form from the payer's browser, and JSON for the shop that asks what became of it.

use std::io;
use std::net::SocketAddr;

use axum::body::Bytes;
use axum::extract::{Form, Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router, middleware};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::net::ToSocketAddrs;

use super::browser::encoded;
use super::page::page;
use super::till::{self, Bill, BillState, Says, Till};
use crate::counters::Counters;
use crate::faults::{self, Faults};
use crate::server::Server;
use crate::switches::{SwitchSettings, Switches};

/// The payment provider on an address of its own; it ends when this handle is dropped.
#[derive(Debug)]
pub struct PortmoneSimulator {
    /// Where it listens.
    pub addr: SocketAddr,
    /// What goes wrong on the way.
    pub switches: Switches,
    /// What it has seen.
    pub counters: Counters,
    /// What it knows, and how it speaks of it.
    pub till: Till,
    _server: Server,
}

#[derive(Debug, Clone)]
struct Desk {
    till: Till,
    payee: String,
    login: String,
    password: String,
}

impl PortmoneSimulator {
    /// Listens and serves the shop `payee`, which signs in with a login and a password.
    pub async fn start(
        listen: impl ToSocketAddrs,
        payee: &str,
        (login, password): (&str, &str),
        switches: SwitchSettings,
    ) -> io::Result<Self> {
        let till = Till::default();
        let desk = Desk { till: till.clone(), payee: payee.into(), login: login.into(), password: password.into() };
        let faults = Faults::standing(switches);
        let Faults { switches, counters } = faults.clone();
        let router = Router::new()
            .route("/gateway/", post(gateway))
            .route("/gateway/{bill}", post(decide))
            .with_state(desk.clone())
            .layer(middleware::from_fn_with_state(faults.clone(), faults::layer))
            .merge(till::router(till.clone()));
        let server = Server::steered(listen, faults, router).await?;
        Ok(Self { addr: server.addr, switches, counters, till, _server: server })
    }

    /// Where payers' forms go, and where the shop asks.
    pub fn endpoint(&self) -> String {
        format!("http://{}/gateway/", self.addr)
    }

    /// The payer pays or not, by the order number of the shop; the shop is told as the switches say.
    pub fn decide(&self, order: &str, state: BillState) -> Option<Bill> {
        let bill = self.till.of_order(order)?;
        happen(&self.till, &bill.reference, state)
    }

    /// A call-back about a bill, as the body of a form. Nobody signs it.
    pub fn callback(&self, bill: &Bill, says: Says) -> String {
        callback(&says.of(bill))
    }
}

#[derive(Deserialize)]
struct Checkout {
    payee_id: String,
    shop_order_number: String,
    bill_amount: String,
    success_url: String,
}

/// Both come to the same address: a form is a payer, JSON is the shop.
async fn gateway(State(desk): State<Desk>, headers: HeaderMap, body: Bytes) -> Response {
    let media_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if media_type.starts_with("application/json") {
        return match serde_json::from_slice(&body) {
            Ok(question) => result(&desk, &question),
            Err(_) => StatusCode::BAD_REQUEST.into_response(),
        };
    }
    let request = axum::http::Request::post("/").header(header::CONTENT_TYPE, media_type).body(body.into());
    let form = match request {
        Ok(request) => <Form<Checkout> as axum::extract::FromRequest<()>>::from_request(request, &()).await.ok(),
        Err(_) => None,
    };
    let Some(Form(checkout)) = form.filter(|Form(checkout)| checkout.payee_id == desk.payee) else {
        return (StatusCode::BAD_REQUEST, Html("<h1>No such payee</h1>")).into_response();
    };
    let Some(amount) = kopiykas(&checkout.bill_amount) else {
        return (StatusCode::BAD_REQUEST, Html("<h1>No such amount</h1>")).into_response();
    };
    let bill = desk.till.open(&checkout.shop_order_number, &desk.payee, amount, &checkout.success_url);
    page("Portmone", &bill, &format!("/gateway/{}", bill.reference)).into_response()
}

fn result(desk: &Desk, question: &Value) -> Response {
    let data = &question["params"]["data"];
    let is_shop = data["login"] == *desk.login && data["password"] == *desk.password && data["payeeId"] == *desk.payee;
    if question["method"] != "result" || !is_shop {
        return StatusCode::FORBIDDEN.into_response();
    }
    let order = data["shopOrderNumber"].as_str().unwrap_or_default();
    let says = desk.till.switches().answer;
    let bills = desk.till.bills();
    let own = bills.iter().filter(|bill| bill.order == order).map(|bill| record(&says.of(bill)));
    Json(own.collect::<Vec<_>>()).into_response()
}

fn record(bill: &Bill) -> Value {
    let status = match bill.state {
        BillState::Open => "CREATED",
        BillState::Paid => "PAYED",
        BillState::Declined => "REJECTED",
        BillState::Reversed => "RETURN",
    };
    json!({
        "shop_bill_id": bill.reference, "shop_order_number": bill.order, "description": "",
        "bill_amount": decimal(bill.amount), "status": status, "auth_code": "", "error_code": "0",
    })
}

#[derive(Deserialize)]
struct Decision {
    r#do: String,
}

/// The payer's browser is sent back with a form, as it came.
async fn decide(State(desk): State<Desk>, Path(bill): Path<String>, Form(decision): Form<Decision>) -> Response {
    let state = if decision.r#do == "pay" { BillState::Paid } else { BillState::Declined };
    let Some(bill) = happen(&desk.till, &bill, state) else { return StatusCode::NOT_FOUND.into_response() };
    Html(format!(
        "<!doctype html><title>Portmone</title><form method=\"post\" action=\"{}\">\
         <input type=\"hidden\" name=\"SHOPORDERNUMBER\" value=\"{}\"><button>Back to the shop</button></form>",
        bill.back_to, bill.order
    ))
    .into_response()
}

fn happen(till: &Till, reference: &str, state: BillState) -> Option<Bill> {
    let bill = till.happen(reference, state)?;
    till.call_back(&bill, |bill, _| callback(bill));
    Some(bill)
}

fn callback(bill: &Bill) -> String {
    let fields = [
        ("SHOPBILLID", bill.reference.clone()),
        ("SHOPORDERNUMBER", bill.order.clone()),
        ("BILL_AMOUNT", decimal(bill.amount)),
        ("PAYEE_ID", bill.merchant.clone()),
        ("RESULT", if bill.state == BillState::Paid { "0" } else { "1" }.to_owned()),
    ];
    encoded(&fields.map(|(name, value)| (name.to_owned(), value)))
}

fn decimal(kopiykas: i64) -> String {
    format!("{}.{:02}", kopiykas / 100, kopiykas % 100)
}

fn kopiykas(decimal: &str) -> Option<i64> {
    let (whole, part) = decimal.split_once('.')?;
    let is_plain = part.len() == 2 && decimal.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let whole: i64 = whole.parse().ok().filter(|_| is_plain)?;
    Some(whole * 100 + part.parse::<i64>().ok()?)
}
