//! One request.

use std::fmt::{Display, Write as _};

use serde::Serialize;

use super::Endpoint;
use crate::types::Error;

/// Largest body of an answer unless a request allows more: 4 MiB.
const MAX_ANSWER: usize = 4 << 20;

/// The methods that billing systems speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Reads.
    Get,
    /// Writes something new.
    Post,
    /// Replaces.
    Put,
    /// Removes.
    Delete,
}

/// A request that is ready to be sent.
#[derive(Debug, Clone)]
pub struct Request<'a> {
    method: Method,
    endpoint: &'a Endpoint,
    path: String,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
    max_answer: usize,
}

impl<'a> Request<'a> {
    /// A request for the path made of these segments, each percent-encoded by itself.
    ///
    /// Ids are opaque and come from outside: one that is empty or a dot segment would name another resource, so it is
    /// [`Error::NotFound`] before anything is sent.
    pub fn new(method: Method, endpoint: &'a Endpoint, segments: &[&str]) -> Result<Self, Error> {
        let mut path = String::with_capacity(endpoint.prefix.len() + 96);
        path.push_str(&endpoint.prefix);
        for segment in segments {
            if matches!(*segment, "" | "." | "..") {
                return Err(Error::NotFound);
            }
            path.push('/');
            encode(&mut path, segment);
        }
        Ok(Self { method, endpoint, path, headers: Vec::new(), body: Vec::new(), max_answer: MAX_ANSWER })
    }

    /// A `GET`; as [`Request::new`].
    pub fn get(endpoint: &'a Endpoint, segments: &[&str]) -> Result<Self, Error> {
        Self::new(Method::Get, endpoint, segments)
    }

    /// A `POST` of a JSON body; as [`Request::new`].
    pub fn post(endpoint: &'a Endpoint, segments: &[&str], body: &impl Serialize) -> Result<Self, Error> {
        Self::new(Method::Post, endpoint, segments)?.json(body)
    }

    /// A `PUT` of a JSON body; as [`Request::new`].
    pub fn put(endpoint: &'a Endpoint, segments: &[&str], body: &impl Serialize) -> Result<Self, Error> {
        Self::new(Method::Put, endpoint, segments)?.json(body)
    }

    /// A `POST` of a body of this media type; as [`Request::new`].
    pub fn post_body(
        endpoint: &'a Endpoint,
        segments: &[&str],
        media_type: &str,
        body: impl Into<Vec<u8>>,
    ) -> Result<Self, Error> {
        let mut request = Self::new(Method::Post, endpoint, segments)?.header("content-type", media_type);
        request.body = body.into();
        Ok(request)
    }

    /// Adds `name=value` to the query, the value percent-encoded.
    #[must_use]
    pub fn query(mut self, name: &str, value: impl Display) -> Self {
        self.path.push(if self.path.contains('?') { '&' } else { '?' });
        self.path.push_str(name);
        self.path.push('=');
        let value = value.to_string();
        encode(&mut self.path, &value);
        self
    }

    /// Adds to the query what is there.
    #[must_use]
    pub fn query_some(self, name: &str, value: Option<impl Display>) -> Self {
        match value {
            Some(value) => self.query(name, value),
            None => self,
        }
    }

    /// Adds a header. `name` is in lower case.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// Takes answers of at most so many bytes.
    #[must_use]
    pub fn allow_answer(mut self, bytes: usize) -> Self {
        self.max_answer = bytes;
        self
    }

    fn json(mut self, body: &impl Serialize) -> Result<Self, Error> {
        self.body = serde_json::to_vec(body).map_err(|_| Error::upstream("a request that JSON cannot express"))?;
        Ok(self.header("content-type", "application/json"))
    }

    /// What is asked for.
    #[must_use]
    pub fn method(&self) -> Method {
        self.method
    }

    /// Where it goes.
    #[must_use]
    pub fn endpoint(&self) -> &Endpoint {
        self.endpoint
    }

    /// The path with its query, as it is sent.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The body as it is sent.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// The headers that were added, names in lower case.
    #[must_use]
    pub fn headers(&self) -> &[(&'static str, String)] {
        &self.headers
    }

    /// Largest body of an answer, in bytes.
    #[must_use]
    pub fn max_answer(&self) -> usize {
        self.max_answer
    }
}

/// Percent-encodes everything but the unreserved characters of RFC 3986.
fn encode(out: &mut String, text: &str) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            write!(out, "%{byte:02X}").expect("writing to a string cannot fail");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_cannot_leave_its_segment() {
        let endpoint: Endpoint = "http://x/p".parse().unwrap();
        let request = Request::get(&endpoint, &["v1", "a/../b?c#d%"]).unwrap().query("key", "a&b=č");
        assert_eq!(request.path(), "/p/v1/a%2F..%2Fb%3Fc%23d%25?key=a%26b%3D%C4%8D");
        for id in ["", ".", ".."] {
            assert_eq!(Request::get(&endpoint, &["v1", id]).unwrap_err(), Error::NotFound);
        }
    }
}
