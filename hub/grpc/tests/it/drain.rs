//! The end of a server: calls under way may finish, and nothing can hold it up.

use std::time::{Duration, Instant};

use komunala_grpc::Settings;
use tonic_health::pb::{HealthCheckRequest, health_client::HealthClient};

use crate::town::{Town, keyed, provider};

#[tokio::test]
async fn calls_under_way_finish_before_the_server_ends() {
    let mut town = Town::start(Settings::default()).await;
    let mut providers = town.providers().await;
    let call = tokio::spawn(async move { providers.get_provider(keyed(provider("takes-a-while"))).await });
    tokio::time::sleep(Duration::from_millis(100)).await;
    town.stop();
    call.await.unwrap().expect("it was under way");
    let cut = tokio::time::timeout(Duration::from_secs(5), town.running).await.expect("the server ends").unwrap();
    assert_eq!(cut, 0);
    assert!(tokio::net::TcpStream::connect(town.address).await.is_err(), "nobody listens any more");
}

#[tokio::test]
async fn a_watch_that_never_ends_does_not_hold_the_server_up() {
    let mut town = Town::start(Settings { drain: Duration::from_millis(300), ..Settings::default() }).await;
    let mut health = HealthClient::new(town.channel().await);
    let mut watch = health.watch(HealthCheckRequest::default()).await.unwrap().into_inner();
    watch.message().await.unwrap().expect("the first state comes at once");
    let begun = Instant::now();
    town.stop();
    let cut = tokio::time::timeout(Duration::from_secs(5), town.running).await.expect("the server ends").unwrap();
    assert_eq!(cut, 1);
    assert!(begun.elapsed() >= Duration::from_millis(300), "the watch had its time");
    assert!(watch.message().await.is_err());
}
