//! What the tests of all simulators that serve have in common: HTTP, and the simulator as a program.

#![allow(dead_code, reason = "each of the test programs takes what it needs")]

use std::io::{BufRead as _, BufReader, Lines};
use std::process::{Child, ChildStdout, Command, Stdio};

use bytes::Bytes;
use http::{HeaderMap, Request};
use http_body_util::{BodyExt as _, Full};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::{Client, Error};
use hyper_util::rt::TokioExecutor;
use serde_json::Value;

/// Sends requests as they are.
pub(crate) struct Wire(Client<HttpConnector, Full<Bytes>>);

impl Wire {
    pub(crate) fn new() -> Self {
        Self(Client::builder(TokioExecutor::new()).build_http())
    }

    pub(crate) async fn send(&self, request: Request<Full<Bytes>>) -> Result<Answer, Error> {
        let response = self.0.request(request).await?;
        let (head, body) = response.into_parts();
        let body = body.collect().await.expect("a body comes to its end").to_bytes();
        Ok(Answer { status: head.status.as_u16(), headers: head.headers, body })
    }
}

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("{self:?} is JSON"))
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap_or_else(|_| panic!("{self:?} is text"))
    }

    /// Status and code of an error, after checking that it has the shape of all errors.
    pub(crate) fn refusal(&self) -> (u16, String) {
        let error = self.json();
        assert!(error["message"].is_string() && error["fields"].is_array(), "{error}");
        (self.status, error["code"].as_str().unwrap().to_owned())
    }
}

/// What `refusal` answers.
pub(crate) fn refused(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

/// A simulator as a program, killed when the test is over.
pub(crate) struct Program {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Program {
    pub(crate) fn start(program: &str, arguments: &[&str]) -> Self {
        let mut child = Command::new(program).args(arguments).stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, lines }
    }

    /// The next line that it prints.
    pub(crate) fn line(&mut self) -> String {
        self.lines.next().expect("it prints another line").unwrap()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended by itself, then there is nothing to kill.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What a program says of itself.
pub(crate) fn help(program: &str) -> String {
    String::from_utf8(Command::new(program).arg("--help").output().unwrap().stdout).unwrap()
}
