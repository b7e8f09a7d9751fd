//! The pooled HTTP client of one adapter.
//!
//! One per adapter: its connections carry its client certificate and were made under its address policy, so no other
//! adapter may ride on them. HTTP/1.1 alone: every billing system speaks it, and a hostile one has less to play with.

use std::{error::Error, sync::Arc, time::Duration};

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::{TokioExecutor, TokioTimer},
};
use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, pem::PemObject},
};

use super::{
    resolver::{AddressNotGranted, FilteringResolver, LookupFailed},
    transport::{ResponseBody, Transport, TransportError},
};
use crate::{
    Limits,
    credential::{Credential, Proof},
    grant::AddressPolicy,
};

/// How long one address is tried. A billing system in the next room answers in milliseconds, one abroad in 300; each
/// further address of a host waits this long behind a dead one.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// How long an unused connection is kept. Shorter than the 60 s after which common servers close it themselves, which
/// would cost a request that has to be repeated.
const IDLE_TIMEOUT: Duration = Duration::from_secs(50);

/// hyper reads no less than this at a time.
const LEAST_HEAD_BYTES: usize = 8192;

/// More header lines than any billing system sends.
const HEADER_LINES: usize = 100;

/// The network, seen through one adapter's grant.
#[derive(Clone)]
pub struct Network {
    client: Client<HttpsConnector<HttpConnector<FilteringResolver>>, Full<Bytes>>,
}

/// Why there is no TLS.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// The certificate authorities of the policy are no PEM.
    #[error("the certificate authorities cannot be read")]
    Authorities,
    /// The client certificate does not belong to its key.
    #[error("the client certificate cannot be used: {0}")]
    Certificate(rustls::Error),
}

impl Network {
    pub(crate) fn new(
        addresses: &AddressPolicy,
        credentials: &[Credential],
        authorities: &str,
        limits: &Limits,
    ) -> Result<Self, TlsError> {
        let mut http = HttpConnector::new_with_resolver(FilteringResolver { policy: Arc::new(addresses.clone()) });
        http.enforce_http(false);
        http.set_nodelay(true);
        http.set_connect_timeout(Some(CONNECT_TIMEOUT));
        let https = HttpsConnectorBuilder::new()
            .with_tls_config(tls(credentials, authorities)?)
            .https_or_http()
            .enable_http1()
            .wrap_connector(http);
        let head = usize::try_from(limits.response_header_bytes).unwrap_or(usize::MAX).max(LEAST_HEAD_BYTES);
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE_TIMEOUT)
            .pool_max_idle_per_host(usize::try_from(limits.concurrent_calls).unwrap_or(usize::MAX))
            .http1_max_buf_size(head)
            .http1_max_headers(HEADER_LINES)
            .build(https);
        Ok(Self { client })
    }
}

impl std::fmt::Debug for Network {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Network")
    }
}

#[async_trait]
impl Transport for Network {
    async fn send(&self, request: Request<Full<Bytes>>) -> Result<Response<ResponseBody>, TransportError> {
        let response = self.client.request(request).await.map_err(|error| classify(&error))?;
        Ok(response.map(|body| body.map_err(|error| TransportError::Protocol(error.to_string().into())).boxed_unsync()))
    }
}

fn tls(credentials: &[Credential], authorities: &str) -> Result<ClientConfig, TlsError> {
    let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    for authority in CertificateDer::pem_slice_iter(authorities.as_bytes()) {
        roots.add(authority.map_err(|_| TlsError::Authorities)?).map_err(|_| TlsError::Authorities)?;
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("the provider knows the versions of this rustls")
        .with_root_certificates(roots);
    let certificate = credentials.iter().find_map(|credential| match &credential.proof {
        Proof::Certificate(certificate) => Some(certificate),
        _ => None,
    });
    match certificate {
        None => Ok(config.with_no_client_auth()),
        Some(certificate) => config
            .with_client_auth_cert(certificate.chain.clone(), certificate.key.clone_key())
            .map_err(TlsError::Certificate),
    }
}

fn classify(error: &hyper_util::client::legacy::Error) -> TransportError {
    let mut cause: Option<&(dyn Error + 'static)> = Some(error);
    let mut last = String::new();
    while let Some(error) = cause {
        // an io::Error hides what it was made of from its source()
        let inner = error.downcast_ref::<std::io::Error>().and_then(|error| error.get_ref());
        if error.is::<AddressNotGranted>() || inner.is_some_and(|inner| inner.is::<AddressNotGranted>()) {
            return TransportError::AddressNotGranted;
        }
        if error.is::<LookupFailed>() || inner.is_some_and(|inner| inner.is::<LookupFailed>()) {
            return TransportError::Lookup;
        }
        if error.downcast_ref::<hyper::Error>().is_some_and(hyper::Error::is_parse_too_large) {
            return TransportError::HeadTooLong;
        }
        last = error.to_string();
        cause = error.source();
    }
    if error.is_connect() { TransportError::Connect(last.into()) } else { TransportError::Protocol(last.into()) }
}
