//! A client of the interface, with a simulator of its own.

use http::Request;
use hyper_util::client::legacy::Error;
use jiff::civil::Date;
use komunala_simulators::ElectricitySimulator;
use komunala_simulators::electricity::{ElectricitySimulatorBuilder, Kind, Payer};
use serde_json::{Value, json};

use crate::wire::Wire;
pub(crate) use crate::wire::{Answer, refused};

/// The day on which the tests take place, at noon: September's bills are out, October is open.
pub(crate) const TODAY: Date = Date::constant(2025, 10, 30);
/// Consumed quarter-hours.
pub(crate) const QUARTER_HOURS: &str = "32.0.2.4.1.2.12.0.0.0.0.0.0.0.0.3.72.0";
/// Consumed daily states of the high tariff, and of the low one.
pub(crate) const STATES: [&str; 2] =
    ["32.0.4.1.1.2.12.0.0.0.0.1.0.0.0.3.72.0", "32.0.4.1.1.2.12.0.0.0.0.2.0.0.0.3.72.0"];

pub(crate) struct Caller {
    pub(crate) simulator: ElectricitySimulator,
    wire: Wire,
}

impl Caller {
    /// A caller of a simulator with 40 payers, one of each special kind.
    pub(crate) async fn new() -> Self {
        Self::of(ElectricitySimulator::builder().customers(40)).await
    }

    pub(crate) async fn of(builder: ElectricitySimulatorBuilder) -> Self {
        let simulator = builder.start("127.0.0.1:0").await.unwrap();
        simulator.moment.fix_at(TODAY, 12);
        Self { simulator, wire: Wire::new() }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.call("GET", path, &[], None).await.unwrap()
    }

    pub(crate) async fn get_as(&self, path: &str, media_type: &str) -> Answer {
        self.call("GET", path, &[("accept", media_type)], None).await.unwrap()
    }

    pub(crate) async fn call(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<Value>,
    ) -> Result<Answer, Error> {
        let mut request = Request::builder().method(method).uri(format!("{}{path}", self.simulator.url()));
        if !headers.iter().any(|(name, _)| *name == "x-api-token") {
            request = request.header("x-api-token", self.simulator.token());
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let body = body.map(|body| body.to_string()).unwrap_or_default();
        self.wire.send(request.body(body.into()).unwrap()).await
    }

    pub(crate) async fn verify(&self, number: &str, pin: &str) -> Answer {
        let body = json!({"merilnoMesto": number, "pin": pin});
        self.call("POST", "/odjemalec/preveri", &[], Some(body)).await.unwrap()
    }

    /// The first payer of a kind.
    pub(crate) fn payer(&self, kind: Kind) -> Payer {
        self.simulator.of_kind(kind).next().unwrap()
    }

    /// The readings of a payer's first point from one local day to another, of these types.
    pub(crate) fn readings(&self, payer: Payer, first: &str, last: &str, types: &[&str]) -> String {
        let options: String = types.iter().map(|kind| format!("&option=ReadingType%3D{kind}")).collect();
        format!("/meter-readings?usagePoint={}&startTime={first}&endTime={last}{options}", payer.number())
    }
}
