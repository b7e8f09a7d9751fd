//! Connections that prove who is at each end.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use hyper::{body::Incoming, service::service_fn};
use hyper_util::rt::TokioIo;
use komunala_app::ports::BillingError;
use komunala_sandbox::Secrets;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::{
    RootCertStore, ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer},
    server::WebPkiClientVerifier,
};
use secrecy::SecretString;
use tokio::net::TcpListener;

use crate::{
    adapters::{Hostile, policy, settings},
    server::Server,
};

type Authority = CertifiedIssuer<'static, KeyPair>;

fn authority() -> Authority {
    let mut params = CertificateParams::new(vec![]).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// A server that wants a certificate of `authority` from its clients; its port.
async fn start(authority: &Authority) -> u16 {
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(vec!["localhost".to_owned()]).unwrap().signed_by(&key, authority).unwrap();
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from(authority.der().to_vec())).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let clients = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider)).build().unwrap();
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_client_cert_verifier(clients)
        .with_single_cert(vec![certificate.der().clone()], PrivateKeyDer::try_from(key.serialize_der()).unwrap())
        .unwrap();
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let Ok(stream) = acceptor.accept(stream).await else { return };
                let answer = service_fn(|_: Request<Incoming>| async {
                    Ok::<_, std::convert::Infallible>(Response::new(Full::new(Bytes::from_static(b"{}"))))
                });
                let _ = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), answer).await;
            });
        }
    });
    port
}

async fn call(port: u16, more: &str, authorities: String, secrets: Secrets) -> Result<(), BillingError> {
    let unused = Server::start().await;
    let mut policy = policy(&unused, more);
    policy.settings.insert("base_url".to_owned(), format!("https://localhost:{port}"));
    policy.addresses = vec!["127.0.0.0/8".parse().unwrap(), "::1/128".parse().unwrap()];
    policy.authorities = authorities;
    Hostile::with(settings(policy, secrets)).account("request", Duration::from_secs(10)).await.map(drop)
}

#[tokio::test]
async fn a_client_certificate_opens_a_connection_that_is_closed_without_it() {
    let authority = authority();
    let port = start(&authority).await;
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(vec!["hub".to_owned()]).unwrap().signed_by(&key, &authority).unwrap();
    let secret = |name: &str, pem: String| (name.to_owned(), SecretString::from(pem));
    let secrets = Secrets::from_iter([secret("cert", certificate.pem()), secret("key", key.serialize_pem())]);
    let credential = "credentials = [{ type = 'client-certificate', certificate = 'cert', key = 'key' }]";

    assert_eq!(call(port, credential, authority.pem(), secrets).await, Ok(()));
    let without = call(port, "", authority.pem(), Secrets::default()).await;
    assert!(without.as_ref().is_err_and(BillingError::is_outage), "{without:?}");
}

#[tokio::test]
async fn a_server_that_nobody_vouches_for_is_not_talked_to() {
    let port = start(&authority()).await;
    let stranger = call(port, "", String::new(), Secrets::default()).await;
    assert!(stranger.as_ref().is_err_and(BillingError::is_outage), "{stranger:?}");
}
