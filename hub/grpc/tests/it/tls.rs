//! TLS on the listener.

use komunala_grpc::{Settings, proto::v1::provider_service_client::ProviderServiceClient};
use komunala_listener::{Protocols, Tls, TlsError};
use tonic::transport::{Certificate, ClientTlsConfig, Endpoint};

use crate::town::{Town, keyed, provider};

fn certificate() -> (String, String) {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    (made.cert.pem(), made.signing_key.serialize_pem())
}

#[tokio::test]
async fn a_client_that_trusts_the_certificate_calls_over_tls_and_nobody_without() {
    let (chain, key) = certificate();
    let tls = Tls::from_pem(chain.as_bytes(), key.as_bytes(), None, Protocols::Http2).unwrap();
    let town = Town::start_with(Settings::default(), Some(tls)).await;
    let trusting = ClientTlsConfig::new().ca_certificate(Certificate::from_pem(&chain)).domain_name("localhost");
    let endpoint = Endpoint::from_shared(format!("https://{}", town.address)).unwrap().tls_config(trusting).unwrap();
    let mut providers = ProviderServiceClient::new(endpoint.connect().await.unwrap());
    providers.get_provider(keyed(provider("gas"))).await.unwrap();

    let plain = town.patient_providers().get_provider(keyed(provider("gas"))).await;
    assert!(plain.is_err(), "without TLS nothing is answered");
}

#[test]
fn a_key_that_does_not_fit_is_refused_at_the_start() {
    let ((chain, _), (_, another)) = (certificate(), certificate());
    assert!(matches!(
        Tls::from_pem(chain.as_bytes(), another.as_bytes(), None, Protocols::Http2),
        Err(TlsError::Unusable(_))
    ));
    assert!(matches!(Tls::from_pem(b"", another.as_bytes(), None, Protocols::Http2), Err(TlsError::Unusable(_))));
    assert!(matches!(
        Tls::from_pem(chain.as_bytes(), b"nonsense", None, Protocols::Http2),
        Err(TlsError::Pem { what: "key", .. })
    ));
}
