//! One bounded question over HTTPS.

use std::{error::Error, sync::Arc, time::Duration};

use bytes::Bytes;
use http::{Request, StatusCode, Uri, header};
use http_body_util::{BodyExt, Empty, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use komunala_app::ports::issuer::IssuerError;
use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, pem::PemObject},
};

/// How long one address is tried.
const CONNECT: Duration = Duration::from_secs(3);
/// How long a whole question may take, the connection included.
const WHOLE: Duration = Duration::from_secs(5);
/// More header lines than any identity provider sends.
const HEADER_LINES: usize = 100;
/// The longest head of an answer, in bytes.
const HEAD_BYTES: usize = 32 * 1024;

/// Why certificate authorities cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the certificate authorities cannot be read")]
pub struct RootsError;

/// Asks over HTTPS alone, follows no redirects and keeps no connections: it asks twice an hour.
#[derive(Clone)]
pub(crate) struct Fetcher(Client<HttpsConnector<HttpConnector>, Empty<Bytes>>);

impl Fetcher {
    /// Trusts these authorities, in PEM, or the public ones.
    pub(crate) fn new(authorities: Option<&[u8]>) -> Result<Self, RootsError> {
        let mut roots = RootCertStore::empty();
        match authorities {
            None => roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned()),
            Some(pem) => {
                for authority in CertificateDer::pem_slice_iter(pem) {
                    roots.add(authority.map_err(|_| RootsError)?).map_err(|_| RootsError)?;
                }
            }
        }
        if roots.is_empty() {
            return Err(RootsError);
        }
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let tls = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("the provider knows the versions of this rustls")
            .with_root_certificates(roots)
            .with_no_client_auth();
        let mut http = HttpConnector::new();
        http.enforce_http(false);
        http.set_connect_timeout(Some(CONNECT));
        let https = HttpsConnectorBuilder::new().with_tls_config(tls).https_only().enable_http1().wrap_connector(http);
        let client = Client::builder(TokioExecutor::new())
            .pool_max_idle_per_host(0)
            .http1_max_buf_size(HEAD_BYTES)
            .http1_max_headers(HEADER_LINES)
            .build(https);
        Ok(Self(client))
    }

    /// What stands at an address, if it is no longer than so many bytes.
    pub(crate) async fn get(&self, uri: &Uri, longest: usize) -> Result<Bytes, IssuerError> {
        let unreachable = |cause: String| IssuerError::Unreachable { url: uri.to_string(), cause };
        let asked = tokio::time::timeout(WHOLE, self.ask(uri, longest)).await;
        asked.unwrap_or_else(|_| Err(unreachable("no answer in time".to_owned())))
    }

    async fn ask(&self, uri: &Uri, longest: usize) -> Result<Bytes, IssuerError> {
        let request = Request::get(uri.clone()).header(header::ACCEPT, "application/json").body(Empty::new());
        let request = request.expect("an address makes a request");
        let unreachable =
            |error: &dyn Error| IssuerError::Unreachable { url: uri.to_string(), cause: innermost(error) };
        let response = self.0.request(request).await.map_err(|error| unreachable(&error))?;
        let wrong = |problem: String| IssuerError::Answer { url: uri.to_string(), problem };
        if response.status() != StatusCode::OK {
            return Err(wrong(format!("status {}", response.status().as_u16())));
        }
        let body = Limited::new(response.into_body(), longest).collect().await;
        Ok(body.map_err(|_| wrong(format!("not a whole answer of at most {longest} bytes")))?.to_bytes())
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
