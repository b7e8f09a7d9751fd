//! Who may call which listener: neither side's credential opens the other's door, nor does it lead to the other's rooms.

use std::net::SocketAddr;

use anyhow::{Context, ensure};
use komunala_demo::Customer;
use komunala_grpc::{
    client::OperatorClient,
    proto::{
        operator::v1::{ListAdaptersRequest, adapter_service_client::AdapterServiceClient},
        v1::{GetProfileRequest, ListProvidersRequest, provider_service_client::ProviderServiceClient},
    },
};
use komunala_server::Configuration;
use komunala_tests::{Database, TestWorld};
use tonic::{
    Request, Status,
    transport::{Certificate, ClientTlsConfig, Endpoint},
};
use tonic_health::pb::{HealthCheckRequest, health_check_response::ServingStatus, health_client::HealthClient};
use tonic_reflection::pb::v1::{
    ServerReflectionRequest, server_reflection_client::ServerReflectionClient,
    server_reflection_request::MessageRequest, server_reflection_response::MessageResponse,
};
use tonic_types::StatusExt;

use super::office::reason;

fn reason_of(status: &Status) -> String {
    status.get_details_error_info().map(|info| info.reason).unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_portals_key_opens_nothing_of_the_operators_nor_their_token_anything_of_the_portals() -> anyhow::Result<()> {
    let world = TestWorld::start(Database::Sqlite).await?;
    let (token, key) = (world.operator_token()?, world.region.portal_key.clone());
    let operators = Endpoint::from_shared(format!("http://{}", world.operator))?.connect().await?;
    let portals = Endpoint::from_shared(format!("http://{}", world.api))?.connect().await?;
    let with_key = || -> anyhow::Result<Request<ListAdaptersRequest>> {
        let mut request = Request::new(ListAdaptersRequest::default());
        request.metadata_mut().insert("x-portal-key", key.parse()?);
        request.metadata_mut().insert("authorization", format!("Bearer {key}").parse()?);
        Ok(request)
    };
    let refused = AdapterServiceClient::new(operators.clone()).list_adapters(with_key()?).await.unwrap_err();
    ensure!(reason_of(&refused) == "OPERATOR_TOKEN_INVALID", "{refused}");
    let mut without = with_key()?;
    without.metadata_mut().remove("authorization");
    let refused = AdapterServiceClient::new(operators.clone()).list_adapters(without).await.unwrap_err();
    ensure!(reason_of(&refused) == "OPERATOR_TOKEN_INVALID", "{refused}");

    // the other listener's methods are unknown, whoever asks
    let mut asked = Request::new(ListAdaptersRequest::default());
    asked.metadata_mut().insert("authorization", format!("Bearer {token}").parse()?);
    let refused = AdapterServiceClient::new(portals).list_adapters(asked).await.unwrap_err();
    ensure!(reason_of(&refused) == "METHOD_UNKNOWN", "{refused}");
    let mut asked = Request::new(ListProvidersRequest::default());
    asked.metadata_mut().insert("x-portal-key", key.parse()?);
    let refused = ProviderServiceClient::new(operators).list_providers(asked).await.unwrap_err();
    ensure!(reason_of(&refused) == "METHOD_UNKNOWN", "{refused}");

    let refused = Customer::open(world.api, &token).await?.accounts().get_profile(GetProfileRequest {}).await;
    ensure!(reason_of(&refused.unwrap_err()) == "PORTAL_KEY_UNKNOWN");
    let forger = Customer::open(world.api, &key).await?.signed_in(&token)?;
    let refused = forger.accounts().get_profile(GetProfileRequest {}).await.unwrap_err();
    ensure!(reason_of(&refused) == "ACCESS_TOKEN_INVALID", "{refused}");

    let address = world.operator.to_string();
    let mut operator = OperatorClient::connect(&address, &token, None).await?;
    ensure!(operator.adapters().await?.len() == 1, "the right token opens nothing");
    world.stop().await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_tries_tokens_soon_waits() -> anyhow::Result<()> {
    let world = TestWorld::start(Database::Sqlite).await?;
    let address = world.operator.to_string();
    let mut reasons = Vec::new();
    for n in 0..12 {
        let mut guesser = OperatorClient::connect(&address, &format!("ko_{n:064}"), None).await?;
        reasons.push(reason(guesser.adapters().await)?);
    }
    ensure!(reasons[..10].iter().all(|reason| reason == "OPERATOR_TOKEN_INVALID"), "{reasons:?}");
    ensure!(reasons[10..].iter().all(|reason| reason == "TOO_MANY_ATTEMPTS"), "{reasons:?}");
    world.stop().await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn operators_call_over_tls_where_it_is_configured_and_anybody_asks_for_health() -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let identity = rcgen::generate_simple_self_signed(["localhost".to_owned()])?;
    std::fs::write(dir.path().join("hub.pem"), identity.cert.pem())?;
    std::fs::write(dir.path().join("hub.key"), identity.signing_key.serialize_pem())?;
    let tls = format!("[operator.tls]\ncertificate = \"{0}/hub.pem\"\nkey = \"{0}/hub.key\"", dir.path().display());
    let office = super::office::Office::open(Database::Sqlite, &tls).await?;
    let hub = office.hub().await?;
    let url = format!("https://localhost:{}", hub.operator.context("no listener for operators")?.port());
    let authority = identity.cert.pem();
    let mut operator = OperatorClient::connect(&url, &office.token()?, Some(authority.as_bytes())).await?;
    ensure!(operator.adapters().await?.len() == 1);

    let trust = ClientTlsConfig::new().ca_certificate(Certificate::from_pem(authority));
    let channel = Endpoint::from_shared(url)?.tls_config(trust)?.connect().await?;
    let asked = HealthCheckRequest { service: super::office::PROVIDER.to_owned() };
    let answer = HealthClient::new(channel).check(asked).await?.into_inner();
    ensure!(answer.status() == ServingStatus::Serving);
    hub.stop().await;
    Ok(())
}

/// The services that a listener tells of.
async fn told(address: SocketAddr) -> Result<Vec<String>, Status> {
    let channel = Endpoint::from_shared(format!("http://{address}")).unwrap().connect().await.unwrap();
    let question = ServerReflectionRequest {
        message_request: Some(MessageRequest::ListServices(String::new())),
        ..Default::default()
    };
    let mut client = ServerReflectionClient::new(channel);
    let mut answers = client.server_reflection_info(tokio_stream::once(question)).await?.into_inner();
    match answers.message().await?.and_then(|answer| answer.message_response) {
        Some(MessageResponse::ListServicesResponse(list)) => {
            Ok(list.service.into_iter().map(|service| service.name).collect())
        }
        other => Err(Status::internal(format!("{other:?}"))),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_operators_listener_tells_what_it_offers_only_where_a_setting_allows_it() -> anyhow::Result<()> {
    let world = TestWorld::start(Database::Sqlite).await?;
    let operators = told(world.operator).await?;
    ensure!(operators.contains(&"komunala.operator.v1.AdapterService".to_owned()), "{operators:?}");
    ensure!(!operators.iter().any(|service| service.starts_with("komunala.v1.")), "{operators:?}");
    let portals = told(world.api).await?;
    ensure!(!portals.iter().any(|service| service.contains("operator")), "{portals:?}");
    world.stop().await;

    let office = super::office::Office::open(Database::Sqlite, "").await?;
    let mut configuration = Configuration::read(&office.configuration)?;
    configuration.operator.reflection = false;
    let hub = komunala_server::start(configuration).await?;
    let refused = told(hub.operator.context("no listener for operators")?).await;
    ensure!(refused.is_err(), "{refused:?}");
    hub.stop().await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_without_a_listener_for_operators_has_no_token_either() -> anyhow::Result<()> {
    let office = super::office::Office::open(Database::Sqlite, "[operator]\nenabled = false").await?;
    let hub = office.hub().await?;
    ensure!(hub.operator.is_none(), "operators are let in at {:?}", hub.operator);
    ensure!(!office.path("operator.token").exists(), "a token was made");
    hub.stop().await;
    let _ = office.token().err().context("there is a token")?;
    Ok(())
}
