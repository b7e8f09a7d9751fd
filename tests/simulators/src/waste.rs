//! The billing system of a small waste utility: REST and JSON, two customers, as the template's adapter finds it.
//!
//! It is what the template's recording was made against, and what broken adapters are tried on: it takes whatever comes,
//! and nothing goes wrong in it. What goes wrong is the check's part.

mod bills;
mod messages;

use std::{
    collections::HashMap,
    io,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::{
    Json, Router,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::server::Server;

/// Whom the utility serves.
#[derive(Debug)]
struct Customer {
    id: &'static str,
    number: &'static str,
    pin: &'static str,
    name: &'static str,
    address: &'static str,
    place: &'static str,
}

static CUSTOMERS: [Customer; 2] = [
    Customer {
        id: "c-17",
        number: "00420017",
        pin: "0417",
        name: "Милица Пробић",
        address: "Железничка 4, Рума",
        place: "P-17",
    },
    Customer {
        id: "c-18",
        number: "00420018",
        pin: "0418",
        name: "Петар Пробић",
        address: "Железничка 6, Рума",
        place: "P-18",
    },
];

/// The customer with an id.
fn known(id: &str) -> Option<&'static Customer> {
    CUSTOMERS.iter().find(|customer| customer.id == id)
}

/// The billing system on an address of its own; it ends when this handle is dropped.
#[derive(Debug)]
pub struct WasteSimulator {
    /// Where it listens.
    pub addr: SocketAddr,
    _server: Server,
}

#[derive(Debug, Default)]
struct Written {
    by: HashMap<String, By>,
    messages: Vec<messages::Message>,
}

#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum By {
    #[default]
    Post,
    Email,
}

/// What was told to the billing system.
#[derive(Debug, Clone, Default)]
struct Office(Arc<Mutex<Written>>);

impl Office {
    fn written(&self) -> MutexGuard<'_, Written> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl WasteSimulator {
    /// Listens and serves.
    pub async fn start() -> io::Result<Self> {
        let router = Router::new()
            .route("/customers/verify", post(verify))
            .route("/customers/{id}", get(customer))
            .route("/customers/{id}/bills", get(bills::list))
            .route("/customers/{id}/delivery", get(delivery).put(deliver))
            .route("/bills/{no}", get(bills::one))
            .route("/bills/{no}/pdf", get(bills::pdf))
            .route("/messages", post(messages::take))
            .with_state(Office::default());
        let server = Server::start("127.0.0.1:0", router).await?;
        Ok(Self { addr: server.addr, _server: server })
    }

    /// The base URL, without a slash at its end.
    pub fn url(&self) -> String {
        format!("http://{}", self.addr)
    }
}

fn refused(status: StatusCode, reason: &str) -> Response {
    (status, Json(json!({ "reason": reason }))).into_response()
}

fn unknown() -> Response {
    refused(StatusCode::NOT_FOUND, "UNKNOWN")
}

#[derive(Deserialize)]
struct Credentials {
    number: String,
    pin: String,
}

async fn verify(Json(given): Json<Credentials>) -> Response {
    match CUSTOMERS.iter().find(|customer| (customer.number, customer.pin) == (&given.number, &given.pin)) {
        Some(customer) => Json(json!({ "customer": customer.id })).into_response(),
        None => refused(StatusCode::FORBIDDEN, "WRONG"),
    }
}

async fn customer(Path(id): Path<String>) -> Response {
    let Some(customer) = known(&id) else { return unknown() };
    Json(json!({
        "id": customer.id, "number": customer.number, "name": customer.name, "address": customer.address,
        "places": [{
            "no": customer.place, "address": null,
            "containers": [{ "kind": "120 l", "count": 2 }, { "kind": "papir", "count": null }]
        }]
    }))
    .into_response()
}

async fn delivery(State(office): State<Office>, Path(id): Path<String>) -> Response {
    match known(&id) {
        Some(_) => held(office.written().by.get(&id).copied().unwrap_or_default()),
        None => unknown(),
    }
}

#[derive(Deserialize)]
struct WantedDelivery {
    by: By,
}

async fn deliver(State(office): State<Office>, Path(id): Path<String>, Json(wanted): Json<WantedDelivery>) -> Response {
    if known(&id).is_none() {
        return unknown();
    }
    office.written().by.insert(id, wanted.by);
    held(wanted.by)
}

fn held(by: By) -> Response {
    Json::<Value>(json!({ "by": by })).into_response()
}
