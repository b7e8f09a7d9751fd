//! A client of the interface, with a simulator of its own.

use std::collections::BTreeSet;

use bytes::Bytes;
use http::Request;
use http_body_util::Full;
use hyper_util::client::legacy::Error;
use jiff::civil::Date;
use komunala_simulators::GasSimulator;
use komunala_simulators::gas::{Customer, GasSimulatorBuilder, Kind};
use serde_json::{Value, json};

use crate::wire::Wire;
pub(crate) use crate::wire::{Answer, refused};

/// The day on which the tests take place: July's bills are out, August is open.
pub(crate) const TODAY: Date = Date::constant(2024, 8, 15);

pub(crate) struct Caller {
    pub(crate) simulator: GasSimulator,
    pub(crate) token: String,
    wire: Wire,
}

impl Answer {
    /// The items of a list.
    pub(crate) fn items(&self) -> Vec<Value> {
        assert_eq!(self.status, 200, "{self:?}");
        self.json()["items"].as_array().unwrap().clone()
    }
}

impl Caller {
    /// A caller with a token, of a simulator with 250 customers, one of each special kind.
    pub(crate) async fn new() -> Self {
        Self::of(GasSimulator::builder().customers(250)).await
    }

    pub(crate) async fn of(builder: GasSimulatorBuilder) -> Self {
        let simulator = builder.today(TODAY).start("127.0.0.1:0").await.unwrap();
        let mut caller = Self { simulator, token: String::new(), wire: Wire::new() };
        caller.token =
            caller.fetch_token("komunala", "gas-secret").await.json()["access_token"].as_str().unwrap().to_owned();
        caller
    }

    pub(crate) async fn fetch_token(&self, id: &str, secret: &str) -> Answer {
        let form = format!("grant_type=client_credentials&client_id={id}&client_secret={secret}");
        let request =
            Request::post(self.url("/oauth/token")).header("content-type", "application/x-www-form-urlencoded");
        self.send(request.body(form.into()).unwrap()).await.unwrap()
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.simulator.url())
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.call("GET", path, &[], None).await.unwrap()
    }

    pub(crate) async fn put(&self, path: &str, body: Value) -> Answer {
        self.call("PUT", path, &[], Some(body)).await.unwrap()
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.call("POST", path, &[], Some(body)).await.unwrap()
    }

    /// A write with an idempotency key.
    pub(crate) async fn write(&self, path: &str, key: &str, body: Value) -> Answer {
        self.try_write(path, key, body).await.unwrap()
    }

    pub(crate) async fn try_write(&self, path: &str, key: &str, body: Value) -> Result<Answer, Error> {
        self.call("POST", path, &[("idempotency-key", key)], Some(body)).await
    }

    pub(crate) async fn call(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<Value>,
    ) -> Result<Answer, Error> {
        let mut request = Request::builder().method(method).uri(self.url(path));
        request = request
            .header("authorization", format!("Bearer {}", self.token))
            .header("content-type", "application/json");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let body = body.map(|body| body.to_string()).unwrap_or_default();
        self.send(request.body(body.into()).unwrap()).await
    }

    pub(crate) async fn send(&self, request: Request<Full<Bytes>>) -> Result<Answer, Error> {
        self.wire.send(request).await
    }

    /// The first customer of a kind.
    pub(crate) fn customer(&self, kind: Kind) -> Customer {
        self.simulator.of_kind(kind).next().unwrap()
    }

    /// An ordinary customer.
    pub(crate) fn ordinary(&self) -> Customer {
        self.customer(Kind::Ordinary)
    }

    pub(crate) async fn verify(&self, number: &str, pin: &str) -> Answer {
        self.post("/v1/customers/verify", json!({"customerId": number, "pin": pin})).await
    }

    /// Every item of a list, page by page, in the order in which they come.
    pub(crate) async fn list(&self, path: &str, size: usize) -> Vec<Value> {
        let mut items = Vec::new();
        for page in 1.. {
            let separator = if path.contains('?') { '&' } else { '?' };
            let answer = self.get(&format!("{path}{separator}page={page}&size={size}")).await;
            items.extend(answer.items());
            if page >= answer.json()["pages"].as_u64().unwrap() {
                break;
            }
        }
        items
    }

    /// Every invoice of a customer.
    pub(crate) async fn invoices(&self, customer: Customer) -> Vec<Value> {
        self.list(&format!("/v1/accounts/{}/invoices", customer.account_id()), 200).await
    }

    /// Point and serial of a customer's first meter, and the newest reading of it.
    pub(crate) async fn meter(&self, customer: Customer) -> (String, String, Value) {
        let account = self.get(&format!("/v1/accounts/{}", customer.account_id())).await.json();
        let point = account["deliveryPoints"][0]["pointId"].as_str().unwrap().to_owned();
        let serial = account["deliveryPoints"][0]["meter"]["serial"].as_str().unwrap().to_owned();
        let readings = self.list(&format!("/v1/points/{point}/readings"), 200).await;
        let newest = readings
            .into_iter()
            .filter(|reading| reading["serial"] == serial)
            .max_by_key(|reading| text(&reading["readOn"]));
        (point, serial, newest.unwrap())
    }
}

pub(crate) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is a string")).to_owned()
}

/// Hundredths of what a decimal string with two decimals says.
pub(crate) fn minor(value: &Value) -> i64 {
    let text = text(value);
    let (whole, fraction) = text.split_once('.').unwrap();
    assert_eq!(fraction.len(), 2, "{text} has two decimals");
    let amount = whole.trim_start_matches('-').parse::<i64>().unwrap() * 100 + fraction.parse::<i64>().unwrap();
    if whole.starts_with('-') { -amount } else { amount }
}

/// The values of a field, each once.
pub(crate) fn distinct(items: &[Value], field: &str) -> BTreeSet<String> {
    items.iter().map(|item| text(&item[field])).collect()
}
