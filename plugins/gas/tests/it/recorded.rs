//! A billing system that answers what was recorded, in order, and remembers what it was asked.

use std::{cell::RefCell, collections::VecDeque};

use komunala_adapter_gas::{BillingSystem, Settings};
use komunala_adapter_sdk::{
    http::{Request, Response, SendError, Transport},
    types::PageRequest,
};

/// What it answers to one request.
pub(crate) type Answer = Result<Response, SendError>;

/// Recorded answers, and the requests that they were given to.
pub(crate) struct Recorded {
    answers: RefCell<VecDeque<Answer>>,
    asked: RefCell<Vec<Asked>>,
}

/// A request as it was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Asked {
    pub(crate) line: String,
    pub(crate) key: Option<String>,
    pub(crate) body: String,
}

impl Recorded {
    pub(crate) fn new(answers: impl IntoIterator<Item = Answer>) -> Self {
        Self { answers: RefCell::new(answers.into_iter().collect()), asked: RefCell::default() }
    }

    /// The billing system of Ruma, with these answers.
    pub(crate) fn ruma(&self) -> BillingSystem<&Self> {
        let endpoint = "https://billing.example/gas".parse().unwrap();
        BillingSystem::new(Settings::new(endpoint, "RSD".to_owned()).unwrap(), self)
    }

    /// What it was asked; every recorded answer must have been used.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        assert!(self.answers.borrow().is_empty(), "answers were left over");
        self.asked.borrow().clone()
    }

    /// Method and path of the requests.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.asked().into_iter().map(|asked| asked.line).collect()
    }
}

impl Transport for Recorded {
    fn send(&self, request: &Request<'_>) -> Answer {
        let key = request.headers().iter().find(|(name, _)| *name == "idempotency-key");
        self.asked.borrow_mut().push(Asked {
            line: format!("{:?} {}", request.method(), request.path()),
            key: key.map(|(_, value)| value.clone()),
            body: String::from_utf8(request.body().to_vec()).unwrap(),
        });
        self.answers.borrow_mut().pop_front().expect("no answer was recorded for this request")
    }
}

/// An answer with a status and a JSON body.
pub(crate) fn json(status: u16, body: &str) -> Answer {
    Ok(Response {
        status,
        content_type: Some("application/json".to_owned()),
        retry_after: None,
        body: body.as_bytes().to_vec(),
    })
}

/// No answer, though the request may have arrived.
pub(crate) fn lost() -> Answer {
    Err(SendError::Lost("HttpResponseTimeout".to_owned()))
}

/// The first page of a list.
pub(crate) fn first(size: u16) -> PageRequest {
    PageRequest { cursor: None, size }
}
