//! A client of the interface, with a simulator of its own.

use http::Request;
use hyper_util::client::legacy::Error;
use jiff::civil::Date;
use komunala_simulators::WaterSimulator;
use komunala_simulators::water::{Customer, Kind};

pub(crate) use crate::wire::Answer;
use crate::wire::Wire;

/// The day on which the tests take place: July's bills are out.
pub(crate) const TODAY: Date = Date::constant(2024, 8, 15);

const SOAP: &str = "http://schemas.xmlsoap.org/soap/envelope/";
const BILLING: &str = "http://stambeno.example/billing";
const OASIS: &str = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss";

pub(crate) struct Caller {
    pub(crate) simulator: WaterSimulator,
    wire: Wire,
}

impl Caller {
    /// A caller of a simulator with 100 customers, two of each special kind.
    pub(crate) async fn new() -> Self {
        let simulator = WaterSimulator::builder().customers(100).today(TODAY).start("127.0.0.1:0").await.unwrap();
        Self { simulator, wire: Wire::new() }
    }

    pub(crate) async fn call(&self, operation: &str, parameters: &[(&str, &str)]) -> Answer {
        self.try_call(operation, parameters).await.unwrap()
    }

    pub(crate) async fn try_call(&self, operation: &str, parameters: &[(&str, &str)]) -> Result<Answer, Error> {
        self.call_with(&self.simulator.credentials().password, operation, parameters).await
    }

    pub(crate) async fn call_with(
        &self,
        password: &str,
        operation: &str,
        parameters: &[(&str, &str)],
    ) -> Result<Answer, Error> {
        let username = &self.simulator.credentials().username;
        let password = password.replace('&', "&amp;").replace('<', "&lt;");
        let parameters: String = parameters.iter().map(|(name, value)| format!("<{name}>{value}</{name}>")).collect();
        let envelope = format!(
            "<s:Envelope xmlns:s=\"{SOAP}\"><s:Header><w:Security xmlns:w=\"{OASIS}-wssecurity-secext-1.0.xsd\">\
             <w:UsernameToken><w:Username>{username}</w:Username>\
             <w:Password Type=\"{OASIS}-username-token-profile-1.0#PasswordText\">{password}</w:Password>\
             </w:UsernameToken></w:Security></s:Header>\
             <s:Body><{operation} xmlns=\"{BILLING}\">{parameters}</{operation}></s:Body></s:Envelope>"
        );
        let request = Request::post(format!("{}/BillingService.asmx", self.simulator.url()))
            .header("content-type", "text/xml; charset=utf-8")
            .header("soapaction", format!("\"{BILLING}/{operation}\""));
        self.wire.send(request.body(envelope.into()).unwrap()).await
    }

    /// The first customer of a kind.
    pub(crate) fn customer(&self, kind: Kind) -> Customer {
        self.simulator.of_kind(kind).next().unwrap()
    }
}

impl Answer {
    /// The result of an operation.
    pub(crate) fn result(&self, operation: &str) -> &str {
        assert_eq!(self.status, 200, "{self:?}");
        self.between(&format!("<{operation}Result>"), &format!("</{operation}Result>"))
    }

    /// The string of a fault.
    pub(crate) fn fault(&self) -> &str {
        assert_eq!(self.status, 500, "{self:?}");
        self.between("<faultstring>", "</faultstring>")
    }

    /// What stands between the first of one tag and the next of another.
    pub(crate) fn between(&self, before: &str, behind: &str) -> &str {
        let found = self.text().split_once(before).and_then(|(_, rest)| Some(rest.split_once(behind)?.0));
        found.unwrap_or_else(|| panic!("{before} in {}", self.text()))
    }
}
