//! Ipay: XML in the field `data` of a form, signed by a salt and its HMAC-SHA-512.

use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};

use aws_lc_rs::hmac;
use axum::extract::{Form, Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Router, middleware};
use quick_xml::Reader;
use quick_xml::escape::{escape, resolve_predefined_entity};
use quick_xml::events::Event;
use serde::Deserialize;
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
pub struct IpaySimulator {
    /// Where it listens.
    pub addr: SocketAddr,
    /// What goes wrong on the way.
    pub switches: Switches,
    /// What it has seen.
    pub counters: Counters,
    /// What it knows, and how it speaks of it.
    pub till: Till,
    desk: Desk,
    _server: Server,
}

#[derive(Debug, Clone)]
struct Desk {
    till: Till,
    merchant: String,
    key: String,
}

impl IpaySimulator {
    /// Listens and serves the shop `merchant`, which signs with `key`.
    pub async fn start(
        listen: impl ToSocketAddrs,
        merchant: &str,
        key: &str,
        switches: SwitchSettings,
    ) -> io::Result<Self> {
        let till = Till::default();
        let desk = Desk { till: till.clone(), merchant: merchant.into(), key: key.into() };
        let faults = Faults::standing(switches);
        let Faults { switches, counters } = faults.clone();
        let router = Router::new()
            .route("/api302", post(asked))
            .route("/pay/{pid}", get(show).post(decide))
            .with_state(desk.clone())
            .layer(middleware::from_fn_with_state(faults.clone(), faults::layer))
            .merge(till::router(till.clone()));
        let server = Server::steered(listen, faults, router).await?;
        Ok(Self { addr: server.addr, switches, counters, till, desk, _server: server })
    }

    /// Where the shop asks.
    pub fn endpoint(&self) -> String {
        format!("http://{}/api302", self.addr)
    }

    /// The payer pays or not, by the order number of the shop; the shop is told as the switches say.
    pub fn decide(&self, order: &str, state: BillState) -> Option<Bill> {
        let bill = self.till.of_order(order)?;
        happen(&self.desk, &bill.reference, state)
    }

    /// A call-back about a bill, as the body of a form.
    pub fn callback(&self, bill: &Bill, says: Says) -> String {
        callback(&self.desk, &says.of(bill), says)
    }
}

#[derive(Deserialize)]
struct Asked {
    data: String,
}

async fn asked(State(desk): State<Desk>, headers: HeaderMap, Form(asked): Form<Asked>) -> Response {
    let Some(asked) = texts(&asked.data) else { return refused("no XML") };
    let of = |path: &str| asked.get(path).map(String::as_str).unwrap_or_default();
    if of("auth/mch_id") != desk.merchant || of("auth/sign") != signed(&desk.key, of("auth/salt")) {
        return refused("the sign is wrong");
    }
    if of("action") == "status" {
        let Some(bill) = desk.till.of_reference(of("pid")) else { return refused("no such pid") };
        let says = desk.till.switches().answer;
        return xml(&record(&desk, &says.of(&bill), says));
    }
    let amount = of("transactions/transaction/amount").parse().ok().filter(|amount| *amount > 0);
    let order = serde_json::from_str::<serde_json::Value>(of("transactions/transaction/info"));
    let (Some(amount), Ok(order)) = (amount, order) else { return refused("no amount or no info") };
    let order = order["order"].as_str().unwrap_or_default();
    let bill = desk.till.open(order, &desk.merchant, amount, of("urls/good"));
    let salt = salt();
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    xml(&format!(
        "<payment><pid>{pid}</pid><status>1</status><salt>{salt}</salt><sign>{sign}</sign><url>{url}</url></payment>",
        pid = bill.reference,
        sign = signed(&desk.key, &salt),
        url = escape(format!("http://{host}/pay/{}", bill.reference)),
    ))
}

async fn show(State(desk): State<Desk>, Path(pid): Path<String>) -> Response {
    match desk.till.of_reference(&pid) {
        Some(bill) => page("iPay", &bill, "").into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

#[derive(Deserialize)]
struct Decision {
    r#do: String,
}

async fn decide(State(desk): State<Desk>, Path(pid): Path<String>, Form(decision): Form<Decision>) -> Response {
    let state = if decision.r#do == "pay" { BillState::Paid } else { BillState::Declined };
    match happen(&desk, &pid, state) {
        Some(bill) => Redirect::to(&bill.back_to).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn happen(desk: &Desk, pid: &str, state: BillState) -> Option<Bill> {
    let bill = desk.till.happen(pid, state)?;
    desk.till.call_back(&bill, |bill, says| callback(desk, bill, says));
    Some(bill)
}

fn callback(desk: &Desk, bill: &Bill, says: Says) -> String {
    encoded(&[("xml".to_owned(), record(desk, bill, says))])
}

/// What there is to say of a bill, signed.
fn record(desk: &Desk, bill: &Bill, says: Says) -> String {
    let status = match bill.state {
        BillState::Open => 1,
        BillState::Paid => 5,
        BillState::Declined => 4,
        BillState::Reversed => 9,
    };
    let key = if says == Says::Forged { "somebody else's key" } else { &desk.key };
    let salt = salt();
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><payment><pid>{pid}</pid><status>{status}</status>\
         <amount>{amount}</amount><currency>UAH</currency><salt>{salt}</salt><sign>{sign}</sign><transactions><transaction>\
         <mch_id>{merchant}</mch_id><amount>{amount}</amount><currency>UAH</currency><info>{info}</info>\
         </transaction></transactions></payment>",
        pid = bill.reference,
        amount = bill.amount,
        merchant = bill.merchant,
        sign = signed(key, &salt),
        info = escape(serde_json::json!({ "order": bill.order }).to_string()),
    )
}

fn salt() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(1);
    format!("{:040x}", COUNT.fetch_add(1, Ordering::Relaxed))
}

fn signed(key: &str, salt: &str) -> String {
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA512, key.as_bytes()), salt.as_bytes());
    tag.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn refused(why: &str) -> Response {
    xml(&format!("<payment><error>{}</error></payment>", escape(why)))
}

fn xml(text: &str) -> Response {
    ([("content-type", "application/xml")], text.to_owned()).into_response()
}

/// The texts of a document by their paths below the root.
fn texts(xml: &str) -> Option<HashMap<String, String>> {
    let mut reader = Reader::from_str(xml);
    let (mut path, mut texts) = (Vec::new(), HashMap::<String, String>::new());
    loop {
        let piece = match reader.read_event().ok()? {
            Event::Start(start) => {
                path.push(start.name().as_ref().to_owned());
                continue;
            }
            Event::End(_) => {
                path.pop();
                continue;
            }
            Event::Text(text) => text.xml10_content().into_owned(),
            Event::GeneralRef(reference) => match reference.resolve_char_ref().ok()? {
                Some(character) => character.to_string(),
                None => resolve_predefined_entity(&reference)?.to_owned(),
            },
            Event::Eof => return Some(texts),
            _ => continue,
        };
        texts.entry(path.get(1..).unwrap_or_default().join("/")).or_default().push_str(&piece);
    }
}
