//! A payer's browser, as far as it takes to pay: it follows nothing by itself and runs no script.

use std::{
    io,
    time::{Duration, Instant},
};

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, Method, Request, header};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;

/// The longest page that is read.
const LONGEST: usize = 1 << 20;

/// A browser.
#[derive(Debug, Clone)]
pub struct Browser(Client<HttpConnector, Body>);

/// What a browser got.
#[derive(Debug, Clone)]
pub struct Shown {
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

impl Default for Browser {
    fn default() -> Self {
        Self::new()
    }
}

impl Browser {
    /// One that was never anywhere.
    pub fn new() -> Self {
        Self(Client::builder(TokioExecutor::new()).build_http())
    }

    /// Opens an address.
    pub async fn get(&self, address: &str) -> io::Result<Shown> {
        self.get_in(address, "").await
    }

    /// Opens an address, and again while the page says that it will open itself anew: as browsers do, only sooner, and for
    /// twenty seconds at most. Answers what was seen last.
    pub async fn wait_at(&self, address: &str) -> io::Result<Shown> {
        let started = Instant::now();
        loop {
            let shown = self.get(address).await?;
            if !shown.text().contains("http-equiv=\"refresh\"") || started.elapsed() > Duration::from_secs(20) {
                return Ok(shown);
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Opens an address as somebody who reads these languages.
    pub async fn get_in(&self, address: &str, languages: &str) -> io::Result<Shown> {
        let request = Request::get(address).header(header::ACCEPT_LANGUAGE, languages).body(Body::empty());
        self.send(request.map_err(io::Error::other)?).await
    }

    /// Sends a form.
    pub async fn submit(&self, address: &str, fields: &[(String, String)]) -> io::Result<Shown> {
        self.post(address, encoded(fields)).await
    }

    /// Sends a form that is written already.
    pub async fn post(&self, address: &str, form: String) -> io::Result<Shown> {
        let request = Request::builder().method(Method::POST).uri(address);
        let request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded").body(form.into());
        self.send(request.map_err(io::Error::other)?).await
    }

    /// Sends a body that is no form, as another machine does.
    pub async fn send_body(
        &self,
        address: &str,
        headers: &[(&str, &str)],
        body: impl Into<Bytes>,
    ) -> io::Result<Shown> {
        let request = Request::builder().method(Method::POST).uri(address);
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        self.send(request.body(Body::from(body.into())).map_err(io::Error::other)?).await
    }

    async fn send(&self, request: Request<Body>) -> io::Result<Shown> {
        let (head, body) = self.0.request(request).await.map_err(io::Error::other)?.into_parts();
        let body = axum::body::to_bytes(Body::new(body), LONGEST).await.map_err(io::Error::other)?;
        Ok(Shown { status: head.status.as_u16(), headers: head.headers, body })
    }
}

impl Shown {
    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// Where it leads on to by a header.
    pub fn location(&self) -> Option<&str> {
        self.headers.get(header::LOCATION)?.to_str().ok()
    }

    /// The fields of the page's form that nobody sees, by name and value.
    pub fn hidden_fields(&self) -> Vec<(String, String)> {
        let text = self.text();
        let inputs = text.split("<input type=\"hidden\" ").skip(1);
        inputs.filter_map(|input| Some((attribute(input, "name")?, attribute(input, "value")?))).collect()
    }

    /// The value of the first attribute of this name behind a place of the page.
    pub fn attribute_behind(&self, place: &str, name: &str) -> Option<String> {
        attribute(self.text().split_once(place)?.1, name)
    }
}

fn attribute(text: &str, name: &str) -> Option<String> {
    let value = text.split_once(&format!("{name}=\""))?.1.split_once('"')?.0;
    let entities = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#x27;", "'"), ("&#x2f;", "/"), ("&amp;", "&")];
    Some(entities.iter().fold(value.to_owned(), |text, (entity, character)| text.replace(entity, character)))
}

/// Fields as a form writes them.
pub(crate) fn encoded(fields: &[(String, String)]) -> String {
    let escaped = |text: &str| -> String {
        text.bytes()
            .map(|byte| match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => char::from(byte).to_string(),
                byte => format!("%{byte:02X}"),
            })
            .collect()
    };
    let pairs = fields.iter().map(|(name, value)| format!("{}={}", escaped(name), escaped(value)));
    pairs.collect::<Vec<_>>().join("&")
}
