//! A billing system that answers what was recorded, in order, and remembers what it was asked.

use std::{cell::RefCell, collections::VecDeque};

use komunala_adapter_sdk::{
    http::{Request, Response, SendError, Transport},
    types::{DateRange, PageRequest},
    xml::{Element, Limits},
};
use komunala_adapter_water::{BillingSystem, Settings};

/// What it answers to one request.
pub(crate) type Answer = Result<Response, SendError>;

pub(crate) const ALWAYS: DateRange = DateRange { first: None, last: None };

/// Recorded answers, and the requests that they were given to.
pub(crate) struct Recorded {
    answers: RefCell<VecDeque<Answer>>,
    asked: RefCell<Vec<String>>,
}

impl Recorded {
    pub(crate) fn new(answers: impl IntoIterator<Item = Answer>) -> Self {
        Self { answers: RefCell::new(answers.into_iter().collect()), asked: RefCell::default() }
    }

    /// The billing system of Ruma, with these answers.
    pub(crate) fn ruma(&self) -> BillingSystem<&Self> {
        let endpoint = "https://billing.example/water".parse().unwrap();
        let text = str::to_owned;
        let settings = Settings::new(endpoint, text("hub"), text("RSD"), text("JP Stambeno"), text("189")).unwrap();
        BillingSystem::new(Settings { purpose: Some(text("Računi")), history_years: 2, ..settings }, self)
    }

    /// What it was asked, as `Operation(parameter, …)`; every recorded answer must have been used.
    pub(crate) fn asked(&self) -> Vec<String> {
        assert!(self.answers.borrow().is_empty(), "answers were left over");
        self.asked.borrow().clone()
    }
}

impl Transport for Recorded {
    fn send(&self, request: &Request<'_>) -> Answer {
        assert_eq!(request.path(), "/water/BillingService.asmx");
        let envelope = Element::read(request.body(), &Limits::default()).unwrap();
        let operation = &envelope.child("Body").unwrap().children()[0];
        assert!(operation.is("http://stambeno.example/billing", operation.local()));
        let header = |wanted: &str| request.headers().iter().find(|(name, _)| *name == wanted).unwrap().1.clone();
        assert_eq!(header("soapaction"), format!("\"http://stambeno.example/billing/{}\"", operation.local()));
        assert!(header("content-type").starts_with("text/xml"));
        let values: Vec<_> = operation.children().iter().map(Element::text).collect();
        self.asked.borrow_mut().push(format!("{}({})", operation.local(), values.join(", ")));
        self.answers.borrow_mut().pop_front().expect("no answer was recorded for this request")
    }
}

/// An answer with this result.
pub(crate) fn result(operation: &str, result: &str) -> Answer {
    answer(
        200,
        &format!(
            "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body>\
             <{operation}Response xmlns=\"http://stambeno.example/billing\"><{operation}Result>{result}\
             </{operation}Result></{operation}Response></s:Body></s:Envelope>"
        ),
    )
}

/// A fault with this string.
pub(crate) fn fault(code: &str, string: &str) -> Answer {
    answer(
        500,
        &format!(
            "<?xml version='1.0'?><e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\"><e:Body><e:Fault>\
             <faultcode>{code}</faultcode><faultstring>{string}</faultstring></e:Fault></e:Body></e:Envelope>"
        ),
    )
}

pub(crate) fn answer(status: u16, body: &str) -> Answer {
    Ok(Response { status, body: body.as_bytes().to_vec(), ..Response::default() })
}

/// No answer, though the request may have arrived.
pub(crate) fn lost() -> Answer {
    Err(SendError::Lost("HttpResponseTimeout".to_owned()))
}

/// The first page of a list.
pub(crate) fn first(size: u16) -> PageRequest {
    PageRequest { cursor: None, size }
}
