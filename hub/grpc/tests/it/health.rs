//! Health, overall and per provider, and reflection: both without any key.

use std::time::Duration;

use komunala_grpc::Settings;
use tonic::{Code, Request};
use tonic_health::pb::{HealthCheckRequest, health_check_response::ServingStatus, health_client::HealthClient};
use tonic_reflection::pb::{
    v1::{
        ServerReflectionRequest, server_reflection_client::ServerReflectionClient,
        server_reflection_request::MessageRequest, server_reflection_response::MessageResponse,
    },
    v1alpha,
};

use crate::town::Town;

fn about(service: &str) -> Request<HealthCheckRequest> {
    Request::new(HealthCheckRequest { service: service.to_owned() })
}

#[tokio::test]
async fn one_dead_provider_does_not_make_the_server_unhealthy() {
    let town = Town::start(Settings::default()).await;
    let mut health = HealthClient::new(town.channel().await);
    let answer = health.check(about("")).await.unwrap();
    assert_eq!(answer.get_ref().status(), ServingStatus::NotServing, "not before it is said to be ready");

    town.health.set_ready(true).await;
    town.health.set_provider(&"gas-town".parse().unwrap(), false).await;
    town.health.set_provider(&"water-town".parse().unwrap(), true).await;
    for (service, expected) in [
        ("", ServingStatus::Serving),
        ("providers/gas-town", ServingStatus::NotServing),
        ("providers/water-town", ServingStatus::Serving),
    ] {
        assert_eq!(health.check(about(service)).await.unwrap().get_ref().status(), expected, "{service:?}");
    }
    assert_eq!(health.check(about("providers/nowhere")).await.unwrap_err().code(), Code::NotFound);
}

#[tokio::test]
async fn a_watch_tells_each_change_as_it_happens() {
    let town = Town::start(Settings { stream_idle: Duration::from_millis(50), ..Settings::default() }).await;
    let gas = "gas-town".parse().unwrap();
    town.health.set_provider(&gas, true).await;
    let mut health = HealthClient::new(town.channel().await);
    let mut watch = health.watch(about("providers/gas-town")).await.unwrap().into_inner();
    assert_eq!(watch.message().await.unwrap().unwrap().status(), ServingStatus::Serving);
    // longer than other streams may stall
    tokio::time::sleep(Duration::from_millis(200)).await;
    town.health.set_provider(&gas, false).await;
    assert_eq!(watch.message().await.unwrap().unwrap().status(), ServingStatus::NotServing);
}

#[tokio::test]
async fn a_client_that_knows_only_reflection_finds_the_services_and_the_error_details() {
    let town = Town::start(Settings::default()).await;
    let mut reflection = ServerReflectionClient::new(town.channel().await);
    let ask = |message_request| ServerReflectionRequest { host: String::new(), message_request: Some(message_request) };
    let questions = [
        ask(MessageRequest::ListServices(String::new())),
        ask(MessageRequest::FileContainingSymbol("komunala.v1.InvoiceService".into())),
        ask(MessageRequest::FileContainingSymbol("google.rpc.ErrorInfo".into())),
        ask(MessageRequest::FileByFilename("buf/validate/validate.proto".into())),
    ];
    let mut answers = reflection.server_reflection_info(futures::stream::iter(questions)).await.unwrap().into_inner();
    let Some(MessageResponse::ListServicesResponse(list)) = answers.message().await.unwrap().unwrap().message_response
    else {
        panic!("no list of services")
    };
    let names: Vec<_> = list.service.iter().map(|service| service.name.as_str()).collect();
    for expected in ["komunala.v1.AccountService", "komunala.v1.ReadingService", "grpc.health.v1.Health"] {
        assert!(names.contains(&expected), "{names:?}");
    }
    for _ in 0..3 {
        let answer = answers.message().await.unwrap().unwrap().message_response;
        assert!(matches!(answer, Some(MessageResponse::FileDescriptorResponse(_))), "{answer:?}");
    }
}

#[tokio::test]
async fn older_clients_find_reflection_under_its_earlier_name() {
    use v1alpha::server_reflection_client::ServerReflectionClient as Earlier;
    use v1alpha::server_reflection_request::MessageRequest as Question;
    let town = Town::start(Settings::default()).await;
    let question = v1alpha::ServerReflectionRequest {
        host: String::new(),
        message_request: Some(Question::FileContainingSymbol("komunala.v1.Invoice".into())),
    };
    let mut answers = Earlier::new(town.channel().await)
        .server_reflection_info(futures::stream::iter([question]))
        .await
        .unwrap()
        .into_inner();
    assert!(answers.message().await.unwrap().is_some());
}
