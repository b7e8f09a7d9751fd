//! Portals that show certificates instead of keys.

use anyhow::ensure;
use komunala_demo::Region;
use komunala_grpc::proto::v1::{ListProvidersRequest, provider_service_client::ProviderServiceClient};
use komunala_server::Configuration;
use komunala_tests::{
    Database,
    authority::{Authority, Certified, Shape},
    worlds,
};
use tonic::transport::{Certificate, ClientTlsConfig, Endpoint, Identity};

use crate::{operator::office::digest, sign_on::desk::reason};

#[tokio::test(flavor = "multi_thread")]
async fn a_portal_shows_its_certificate_instead_of_a_key() -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let authority = Authority::new("portals")?;
    let (own, stranger) =
        (authority.certify(&Shape::dns("web.example"))?, authority.certify(&Shape::dns("x.example"))?);
    let configuration = format!(
        "[api.tls]\n{}\nclient_ca = \"{}\"",
        authority.files(dir.path(), "localhost")?,
        authority.file(dir.path())?.display()
    );
    let settings = worlds::settings(&dir, Database::Sqlite.create().await?, configuration.parse()?);
    let region = Region::start(&settings).await?;
    let path = region.configure(&settings)?;
    let portals = settings.dir.join("settings/portals.toml");
    let text = std::fs::read_to_string(&portals)?;
    let certificates = format!("[[portals]]\nclient_certificates = [\"{}\"]", digest(&own.public_key));
    std::fs::write(&portals, text.replacen("[[portals]]", &certificates, 1))?;
    let hub = komunala_server::start(Configuration::read(&path)?).await?;
    let url = format!("https://localhost:{}", hub.api.port());

    let call = async |shown: Option<&Certified>, key: Option<&str>| -> anyhow::Result<String> {
        let mut tls = ClientTlsConfig::new().ca_certificate(Certificate::from_pem(authority.pem()));
        if let Some(shown) = shown {
            tls = tls.identity(Identity::from_pem(&shown.certificate, &shown.key));
        }
        let mut request = tonic::Request::new(ListProvidersRequest::default());
        if let Some(key) = key {
            request.metadata_mut().insert("x-portal-key", key.parse()?);
        }
        let Ok(channel) = Endpoint::from_shared(url.clone())?.tls_config(tls)?.connect().await else {
            return Ok("no connection".to_owned());
        };
        let asked = ProviderServiceClient::new(channel).list_providers(request).await;
        Ok(asked.err().map(|status| reason(&status)).unwrap_or_default())
    };
    let key = region.portal_key.as_str();
    ensure!(call(Some(&own), None).await?.is_empty(), "the certificate opens nothing");
    ensure!(call(None, Some(key)).await?.is_empty(), "the key opens nothing");
    ensure!(call(None, None).await? == "PORTAL_KEY_MISSING");
    ensure!(call(Some(&stranger), None).await? == "PORTAL_KEY_UNKNOWN");
    ensure!(call(Some(&stranger), Some(key)).await?.is_empty());
    // a key that is shown counts, whatever certificate is shown beside it
    ensure!(call(Some(&own), Some("kp_unknown")).await? == "PORTAL_KEY_UNKNOWN");
    // the same key in a certificate of another authority
    let forged = Authority::new("portals")?.certify(&Shape::dns("web.example"))?;
    ensure!(!call(Some(&forged), None).await?.is_empty());
    hub.stop().await;
    Ok(())
}
