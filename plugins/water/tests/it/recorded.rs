//! The billing system of Ruma's housing company, answering what was recorded.

use komunala_adapter_sdk::{
    http::{Answer, Asked, Recorded, Response},
    types::{DateRange, PageRequest},
    xml::{Element, Limits},
};
use komunala_adapter_water::{BillingSystem, Settings};

pub(crate) const ALWAYS: DateRange = DateRange { first: None, last: None };

pub(crate) trait Ruma {
    /// The billing system of Ruma, with these answers.
    fn ruma(&self) -> BillingSystem<&Self>;

    /// What it was asked, as `Operation(parameter, …)`; every recorded answer must have been used.
    fn operations(&self) -> Vec<String>;
}

impl Ruma for Recorded {
    fn ruma(&self) -> BillingSystem<&Self> {
        let endpoint = "https://billing.example/water".parse().unwrap();
        let text = str::to_owned;
        let settings = Settings::new(endpoint, text("hub"), text("RSD"), text("JP Stambeno"), text("189")).unwrap();
        BillingSystem::new(Settings { purpose: Some(text("Računi")), history_years: 2, ..settings }, self)
    }

    fn operations(&self) -> Vec<String> {
        self.asked().iter().map(operation).collect()
    }
}

/// An envelope as `Operation(parameter, …)`, which every header fits.
fn operation(asked: &Asked) -> String {
    assert_eq!(asked.line, "Post /water/BillingService.asmx");
    let envelope = Element::read(asked.body.as_bytes(), &Limits::default()).unwrap();
    let operation = &envelope.child("Body").unwrap().children()[0];
    assert!(operation.is("http://stambeno.example/billing", operation.local()));
    let action = format!("\"http://stambeno.example/billing/{}\"", operation.local());
    assert_eq!(asked.header("soapaction"), Some(action.as_str()));
    assert!(asked.header("content-type").unwrap().starts_with("text/xml"));
    let values: Vec<_> = operation.children().iter().map(Element::text).collect();
    format!("{}({})", operation.local(), values.join(", "))
}

/// An answer with this result.
pub(crate) fn result(operation: &str, result: &str) -> Answer {
    Response::of(
        200,
        format!(
            "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body>\
             <{operation}Response xmlns=\"http://stambeno.example/billing\"><{operation}Result>{result}\
             </{operation}Result></{operation}Response></s:Body></s:Envelope>"
        ),
    )
}

/// A fault with this string.
pub(crate) fn fault(code: &str, string: &str) -> Answer {
    Response::of(
        500,
        format!(
            "<?xml version='1.0'?><e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\"><e:Body><e:Fault>\
             <faultcode>{code}</faultcode><faultstring>{string}</faultstring></e:Fault></e:Body></e:Envelope>"
        ),
    )
}

/// The first page of a list.
pub(crate) fn first(size: u16) -> PageRequest {
    PageRequest { cursor: None, size }
}
