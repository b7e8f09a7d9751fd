//! TLS on the listener, when it is configured.

use anyhow::ensure;
use komunala_demo::Region;
use komunala_server::Configuration;
use komunala_tests::{Database, worlds};
use tonic::transport::{Certificate, ClientTlsConfig, Endpoint};
use tonic_health::pb::{HealthCheckRequest, health_check_response::ServingStatus, health_client::HealthClient};

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_trusts_the_certificate_gets_through_and_nobody_without_tls() -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let identity = rcgen::generate_simple_self_signed(["localhost".to_owned()])?;
    std::fs::write(dir.path().join("hub.pem"), identity.cert.pem())?;
    std::fs::write(dir.path().join("hub.key"), identity.signing_key.serialize_pem())?;
    let tls = format!("[api.tls]\ncertificate = \"{0}/hub.pem\"\nkey = \"{0}/hub.key\"", dir.path().display());
    let settings = worlds::settings(&dir, Database::Sqlite.create().await?, tls.parse()?);
    let region = Region::start(&settings).await?;
    let hub = komunala_server::start(Configuration::read(&region.configure(&settings)?)?).await?;

    let trust = ClientTlsConfig::new().ca_certificate(Certificate::from_pem(identity.cert.pem()));
    let url = format!("https://localhost:{}", hub.api.port());
    let channel = Endpoint::from_shared(url)?.tls_config(trust)?.connect().await?;
    let answer = HealthClient::new(channel).check(HealthCheckRequest::default()).await?.into_inner();
    ensure!(answer.status() == ServingStatus::Serving);

    let plain = Endpoint::from_shared(format!("http://{}", hub.api))?.connect().await;
    if let Ok(channel) = plain {
        let refused = HealthClient::new(channel).check(HealthCheckRequest::default()).await;
        ensure!(refused.is_err(), "the listener speaks without TLS");
    }
    hub.stop().await;
    Ok(())
}
