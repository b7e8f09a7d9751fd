//! A billing system that answers what was recorded: mapping code is tested against it, natively and without a sandbox.

use std::{cell::RefCell, collections::VecDeque};

use super::{Request, Response, SendError, Transport};

/// What a billing system answers to one request.
pub type Answer = Result<Response, SendError>;

/// Recorded answers, given in order, and the requests that they were given to.
///
/// ```
/// use komunala_adapter_sdk::http::{Endpoint, Recorded, Request, Response, Transport};
///
/// let recorded = Recorded::new([Response::of(200, r#"{"number":"0012345"}"#)]);
/// let endpoint: Endpoint = "https://billing.example/gas".parse().unwrap();
/// let answer = recorded.send(&Request::get(&endpoint, &["v1", "customers", "0012345"]).unwrap()).unwrap();
/// assert_eq!(answer.status, 200);
/// assert_eq!(recorded.lines(), ["Get /gas/v1/customers/0012345"]);
/// ```
#[derive(Debug)]
pub struct Recorded {
    answers: RefCell<VecDeque<Answer>>,
    asked: RefCell<Vec<Asked>>,
}

/// A request as it was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Method and path with its query: `Get /gas/v1/customers/0012345`.
    pub line: String,
    /// The headers that were added, names in lower case.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: String,
}

impl Asked {
    /// The header of this name, in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }
}

impl Recorded {
    /// Answers these in order; whatever is asked after the last one is a panic.
    pub fn new(answers: impl IntoIterator<Item = Answer>) -> Self {
        Self { answers: RefCell::new(answers.into_iter().collect()), asked: RefCell::default() }
    }

    /// What was asked.
    ///
    /// # Panics
    ///
    /// If an answer was left over: the test expected a request that did not come.
    pub fn asked(&self) -> Vec<Asked> {
        assert!(self.answers.borrow().is_empty(), "answers were left over");
        self.asked.borrow().clone()
    }

    /// Methods and paths of what was asked; panics as [`Self::asked`] does.
    pub fn lines(&self) -> Vec<String> {
        self.asked().into_iter().map(|asked| asked.line).collect()
    }
}

impl Transport for Recorded {
    fn send(&self, request: &Request<'_>) -> Answer {
        self.asked.borrow_mut().push(Asked {
            line: format!("{:?} {}", request.method(), request.path()),
            headers: request.headers().to_vec(),
            body: String::from_utf8_lossy(request.body()).into_owned(),
        });
        self.answers.borrow_mut().pop_front().expect("an answer is recorded for each request")
    }
}

impl Response {
    /// An answer of this status with this body, as [`Recorded::new`] takes it.
    pub fn of(status: u16, body: impl AsRef<[u8]>) -> Answer {
        Ok(Self { status, body: body.as_ref().to_vec(), ..Self::default() })
    }

    /// No answer, though the request may have arrived.
    pub fn lost() -> Answer {
        Err(SendError::Lost("HttpResponseTimeout".to_owned()))
    }
}
