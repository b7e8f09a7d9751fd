//! Operators with client certificates.

use std::path::Path;

use anyhow::{Context, ensure};
use komunala_demo::Region;
use komunala_grpc::client::{ClientError, Credentials, OperatorClient};
use komunala_server::{Configuration, Running};
use komunala_tests::{
    Database,
    authority::{Authority, Certified, Shape},
    worlds,
};
use tempfile::TempDir;

use crate::operator::office::{PROVIDER, reason};

/// A hub whose operators show certificates.
struct Gate {
    hub: Running,
    authority: Authority,
    server: String,
    token: String,
    _dir: TempDir,
    _region: Region,
}

impl Gate {
    async fn open(required: bool, operators: &str) -> anyhow::Result<Self> {
        let dir = tempfile::tempdir()?;
        let authority = Authority::new("operators")?;
        let server = authority.files(dir.path(), "localhost")?;
        let configuration = format!(
            "{operators}\n[operator.tls]\n{server}\nclient_ca = \"{}\"\nrequire_client_certificate = {required}",
            authority.file(dir.path())?.display()
        );
        let settings = worlds::settings(&dir, Database::Sqlite.create().await?, configuration.parse()?);
        let region = Region::start(&settings).await?;
        let hub = komunala_server::start(Configuration::read(&region.configure(&settings)?)?).await?;
        let token = std::fs::read_to_string(settings.dir.join("operator.token")).unwrap_or_default();
        let server = format!("https://localhost:{}", hub.operator.context("no listener for operators")?.port());
        Ok(Self { hub, authority, server, token: token.trim_end().to_owned(), _dir: dir, _region: region })
    }

    /// An operator with this certificate and this token; either may be missing.
    async fn call(&self, shown: Option<&Certified>, token: Option<&str>) -> Result<OperatorClient, ClientError> {
        let credentials = Credentials {
            token,
            certificate: shown.map(|shown| (shown.certificate.as_bytes(), shown.key.as_bytes())),
            authority: Some(self.authority.pem().as_bytes()),
        };
        OperatorClient::open(&self.server, credentials).await
    }

    /// Why a call with this certificate is not answered; empty if it is.
    async fn refusal(&self, shown: Option<&Certified>) -> String {
        let asked = match self.call(shown, None).await {
            Ok(mut operator) => operator.adapters().await.map(|_| ()),
            Err(error) => Err(error),
        };
        match asked {
            Ok(()) => String::new(),
            // a connection that ends in the middle has no reason
            Err(ClientError::Refused(refusal)) if !refusal.reason.is_empty() => refusal.reason,
            Err(_) => "no connection".to_owned(),
        }
    }
}

const OPERATORS: &str = r#"[operator]
certificates = [
    { name = "olga", dns = "olga.operators.example", roles = ["admin"] },
    { name = "pavle", uri = "spiffe://region/pavle", roles = ["read"] },
    { name = "mira", dns = "mira.operators.example", roles = ["admin"], tenants = ["elsewhere"] },
]"#;

#[tokio::test(flavor = "multi_thread")]
async fn whoever_shows_a_known_certificate_may_do_what_it_grants() -> anyhow::Result<()> {
    let gate = Gate::open(false, OPERATORS).await?;
    let olga = gate.authority.certify(&Shape::dns("olga.operators.example"))?;
    let pavle = gate.authority.certify(&Shape::uri("spiffe://region/pavle"))?;
    let mira = gate.authority.certify(&Shape::dns("mira.operators.example"))?;
    let stranger = gate.authority.certify(&Shape::dns("stranger.operators.example"))?;
    let mut admin = gate.call(Some(&olga), None).await?;
    admin.enable(format!("{PROVIDER}/adapter"), false).await?;
    let held = admin.provider(PROVIDER.to_owned()).await?;
    ensure!(held.applied_by == "olga", "{held:?}");
    let mut reader = gate.call(Some(&pavle), None).await?;
    ensure!(reader.adapters().await?.len() == 1);
    ensure!(reason(reader.enable(format!("{PROVIDER}/adapter"), true).await)? == "OPERATOR_ROLE_MISSING");
    ensure!(gate.call(Some(&mira), None).await?.adapters().await?.is_empty());
    ensure!(gate.refusal(Some(&stranger)).await == "OPERATOR_TOKEN_INVALID");
    ensure!(gate.refusal(None).await == "OPERATOR_TOKEN_INVALID");
    // a token that is shown counts, whatever certificate is shown beside it
    let wrong = gate.call(Some(&olga), Some("ko_wrong")).await?.adapters().await;
    ensure!(reason(wrong)? == "OPERATOR_TOKEN_INVALID");
    ensure!(gate.call(None, Some(&gate.token)).await?.adapters().await?.len() == 1);
    gate.hub.stop().await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_from_elsewhere_or_of_another_time_gets_no_connection() -> anyhow::Result<()> {
    let gate = Gate::open(false, OPERATORS).await?;
    let elsewhere = Authority::new("operators")?;
    let forged = elsewhere.certify(&Shape::dns("olga.operators.example"))?;
    let over = gate.authority.certify(&Shape::dns("olga.operators.example").over())?;
    let early = gate.authority.certify(&Shape::dns("olga.operators.example").not_yet())?;
    for (what, shown) in [("another authority", &forged), ("over", &over), ("not yet", &early)] {
        ensure!(gate.refusal(Some(shown)).await == "no connection", "{what}");
    }
    let right = gate.authority.certify(&Shape::dns("olga.operators.example"))?;
    ensure!(gate.refusal(Some(&right)).await.is_empty());
    gate.hub.stop().await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn where_certificates_are_required_nobody_calls_without() -> anyhow::Result<()> {
    let switched_off = OPERATORS.replace("[operator]", "[operator]\nbootstrap = false");
    let gate = Gate::open(true, &switched_off).await?;
    ensure!(gate.token.is_empty(), "a bootstrap token was made");
    ensure!(gate.refusal(None).await == "no connection");
    let olga = gate.authority.certify(&Shape::dns("olga.operators.example"))?;
    ensure!(gate.refusal(Some(&olga)).await.is_empty());
    gate.hub.stop().await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_that_nobody_could_operate_does_not_start() -> anyhow::Result<()> {
    let refused = Gate::open(false, "[operator]\nbootstrap = false").await.err().context("it started")?;
    ensure!(refused.to_string().contains("nobody could be one"), "{refused}");
    let dir = tempfile::tempdir()?;
    let settings = worlds::settings(&dir, Database::Sqlite.create().await?, OPERATORS.parse()?);
    let region = Region::start(&settings).await?;
    let path = region.configure(&settings)?;
    let refused = komunala_server::start(Configuration::read(Path::new(&path))?).await.err().context("it started")?;
    ensure!(refused.to_string().contains("operator.tls.client_ca"), "{refused}");
    Ok(())
}
