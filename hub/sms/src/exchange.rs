//! One bounded question to a gateway.

use std::{error::Error, sync::Arc, time::Duration};

use bytes::Bytes;
use http::{Request, StatusCode};
use http_body_util::{BodyExt, Full, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use komunala_app::ports::text_gateways::SubmitError;
use rustls::{ClientConfig, RootCertStore};

/// How long an address is tried.
const CONNECT: Duration = Duration::from_secs(5);
/// How long a whole question may take.
const WHOLE: Duration = Duration::from_secs(20);
/// Connections that wait for the next question, and for how long.
const IDLE: usize = 8;
const IDLE_FOR: Duration = Duration::from_secs(15);
/// The longest head of an answer, in bytes.
const HEAD_BYTES: usize = 32 * 1024;
/// The longest answer, in bytes: it says an id or an error.
const LONGEST_ANSWER: usize = 16 * 1024;

/// Asks gateways. Follows no redirects. Cheap to clone: clones share the connections.
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
        let https =
            HttpsConnectorBuilder::new().with_tls_config(tls).https_or_http().enable_http1().wrap_connector(http);
        let client = Client::builder(TokioExecutor::new())
            .pool_max_idle_per_host(IDLE)
            .pool_idle_timeout(IDLE_FOR)
            .http1_max_buf_size(HEAD_BYTES)
            // a request that went out may have been taken: whether it goes out again is the outbox's decision
            .retry_canceled_requests(false)
            .build(https);
        Self(client)
    }

    /// Sends a request and answers its status and body.
    ///
    /// # Errors
    /// [`SubmitError::Later`] where no byte of the request left, [`SubmitError::Unknown`] where it may have been taken.
    pub(crate) async fn ask(&self, request: Request<Full<Bytes>>) -> Result<(StatusCode, Bytes), SubmitError> {
        let asked = tokio::time::timeout(WHOLE, self.answer(request)).await;
        asked.unwrap_or_else(|_| Err(SubmitError::Unknown("no answer in time".to_owned())))
    }

    async fn answer(&self, request: Request<Full<Bytes>>) -> Result<(StatusCode, Bytes), SubmitError> {
        let answer = self.0.request(request).await.map_err(|error| match error.is_connect() {
            true => SubmitError::Later(format!("no connection: {}", innermost(&error))),
            false => SubmitError::Unknown(format!("the connection broke: {}", innermost(&error))),
        })?;
        let status = answer.status();
        match Limited::new(answer.into_body(), LONGEST_ANSWER).collect().await {
            Ok(body) => Ok((status, body.to_bytes())),
            // the status decides where it says no; where it says yes, nobody knows what
            Err(_) if !status.is_success() => Ok((status, Bytes::new())),
            Err(_) => Err(SubmitError::Unknown(format!("no whole answer of at most {LONGEST_ANSWER} bytes"))),
        }
    }
}

impl std::fmt::Debug for Exchange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Exchange(…)")
    }
}

/// What a status says that is no success.
pub(crate) fn refusal(status: StatusCode) -> SubmitError {
    let said = format!("status {}", status.as_u16());
    match status {
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => SubmitError::Later(said),
        // the gateway's password is wrong today: that is mended without anybody writing anew
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN | StatusCode::NOT_FOUND => SubmitError::Later(said),
        status if status.is_client_error() => SubmitError::Refused(said),
        status if status.is_redirection() => SubmitError::Later(said),
        // it fell over something, perhaps over this one and after it had passed it on
        _ => SubmitError::Unknown(said),
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
