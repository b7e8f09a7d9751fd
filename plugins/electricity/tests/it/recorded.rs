//! A billing system that answers what was recorded, in order, and remembers what it was asked.

use std::{cell::RefCell, collections::VecDeque};

use komunala_adapter_electricity::{BillingSystem, Format, Settings};
use komunala_adapter_sdk::http::{Request, Response, SendError, Transport};

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
    pub(crate) accept: Option<String>,
    pub(crate) body: String,
}

impl Recorded {
    pub(crate) fn new(answers: impl IntoIterator<Item = Answer>) -> Self {
        Self { answers: RefCell::new(answers.into_iter().collect()), asked: RefCell::default() }
    }

    /// The billing system with these answers, asked for readings as JSON.
    pub(crate) fn system(&self) -> BillingSystem<&Self> {
        self.speaking(Format::Json)
    }

    /// The same, asked for readings in another format.
    pub(crate) fn speaking(&self, format: Format) -> BillingSystem<&Self> {
        let endpoint = "https://billing.example/el".parse().unwrap();
        BillingSystem::new(Settings::new(endpoint, "Europe/Ljubljana", format).unwrap(), self)
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
        let header = |wanted: &str| {
            let found = request.headers().iter().find(|(name, _)| *name == wanted);
            found.map(|(_, value)| value.clone())
        };
        self.asked.borrow_mut().push(Asked {
            line: format!("{:?} {}", request.method(), request.path()),
            key: header("idempotency-key"),
            accept: header("accept"),
            body: String::from_utf8(request.body().to_vec()).unwrap(),
        });
        self.answers.borrow_mut().pop_front().expect("no answer was recorded for this request")
    }
}

/// An answer with a status and a body.
pub(crate) fn answer(status: u16, body: impl AsRef<[u8]>) -> Answer {
    Ok(Response { status, body: body.as_ref().to_vec(), ..Response::default() })
}

/// No answer, though the request may have arrived.
pub(crate) fn lost() -> Answer {
    Err(SendError::Lost("HttpResponseTimeout".to_owned()))
}

/// The account that the tests ask about.
pub(crate) const ACCOUNT: &str = "K-100|6-123456,6-123457";
