//! One bounded question to a payment provider.

use std::{error::Error, sync::Arc, time::Duration};

use bytes::Bytes;
use http::{Request, StatusCode, Uri, header};
use http_body_util::{BodyExt, Full, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use komunala_app::ports::gateways::GatewayError;
use rustls::{ClientConfig, RootCertStore};

/// How long an address is tried.
const CONNECT: Duration = Duration::from_secs(3);
/// How long a whole question may take.
const WHOLE: Duration = Duration::from_secs(8);
/// Connections that wait for the next question, and for how long.
const IDLE: usize = 4;
const IDLE_FOR: Duration = Duration::from_secs(30);
/// The longest head of an answer, in bytes.
const HEAD_BYTES: usize = 32 * 1024;
/// The longest answer: a payment's record has a thousand bytes.
const LONGEST_ANSWER: usize = 64 * 1024;

/// Asks payment providers. Follows no redirects. Cheap to clone: clones share the connections.
#[derive(Clone)]
pub struct Exchange(Client<HttpsConnector<HttpConnector>, Full<Bytes>>);

impl Exchange {
    /// Trusts the public authorities.
    #[allow(clippy::new_without_default, reason = "it reads every authority: not something to do in passing")]
    pub fn new() -> Self {
        let mut roots = RootCertStore::empty();
        roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let tls = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("the provider knows the versions of this rustls")
            .with_root_certificates(roots)
            .with_no_client_auth();
        let mut http = HttpConnector::new();
        http.enforce_http(false);
        http.set_connect_timeout(Some(CONNECT));
        // plain HTTP is refused with a shop's settings, unless it stays on this machine
        let https =
            HttpsConnectorBuilder::new().with_tls_config(tls).https_or_http().enable_http1().wrap_connector(http);
        let client = Client::builder(TokioExecutor::new())
            .pool_max_idle_per_host(IDLE)
            .pool_idle_timeout(IDLE_FOR)
            .http1_max_buf_size(HEAD_BYTES)
            .build(https);
        Self(client)
    }

    /// Sends a body and answers what comes back.
    pub(crate) async fn post(&self, to: &Uri, media_type: &'static str, body: String) -> Result<Bytes, GatewayError> {
        let request = Request::post(to.clone())
            .header(header::CONTENT_TYPE, media_type)
            .body(Full::new(Bytes::from(body)))
            .expect("an address and a media type make a request");
        let asked = tokio::time::timeout(WHOLE, self.answer(request)).await;
        asked.unwrap_or_else(|_| Err(GatewayError::Unavailable("no answer in time".to_owned())))
    }

    async fn answer(&self, request: Request<Full<Bytes>>) -> Result<Bytes, GatewayError> {
        let answer = self.0.request(request).await.map_err(|error| GatewayError::Unavailable(innermost(&error)))?;
        match answer.status() {
            StatusCode::OK => {}
            status if status.is_client_error() && status != StatusCode::TOO_MANY_REQUESTS => {
                return Err(GatewayError::Refused(format!("status {}", status.as_u16())));
            }
            status => return Err(GatewayError::Unavailable(format!("status {}", status.as_u16()))),
        }
        let body = Limited::new(answer.into_body(), LONGEST_ANSWER).collect().await;
        let broken = |_| GatewayError::Unavailable(format!("not a whole answer of at most {LONGEST_ANSWER} bytes"));
        Ok(body.map_err(broken)?.to_bytes())
    }
}

impl std::fmt::Debug for Exchange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Exchange(…)")
    }
}

/// The outer errors say only that there was one.
fn innermost(error: &dyn Error) -> String {
    let mut cause = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}
