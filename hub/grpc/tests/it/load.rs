//! Limits: on the whole server, per portal, per connection.

use std::{num::NonZeroU32, time::Duration};

use futures::future::join_all;
use komunala_grpc::Settings;
use tonic::{Code, Request, Status};
use tonic_health::pb::{HealthCheckRequest, health_client::HealthClient};
use tonic_types::StatusExt;

use crate::town::{Town, keyed, provider};

fn reason(status: &Status) -> String {
    status.get_details_error_info().map(|info| info.reason).unwrap_or_default()
}

#[tokio::test]
async fn calls_on_top_of_the_limit_are_refused_whichever_connection_they_come_by() {
    let town = Town::start(Settings { calls_under_way: 3, ..Settings::default() }).await;
    let connections = join_all((0..6).map(|_| town.providers())).await;
    let calls = connections
        .into_iter()
        .map(|mut providers| async move { providers.get_provider(keyed(provider("takes-a-while"))).await });
    let (served, refused): (Vec<_>, Vec<_>) = join_all(calls).await.into_iter().partition(Result::is_ok);
    assert_eq!((served.len(), refused.len()), (3, 3));
    for status in refused.into_iter().map(Result::unwrap_err) {
        assert_eq!((status.code(), reason(&status).as_str()), (Code::ResourceExhausted, "OVERLOADED"));
        assert!(status.get_details_retry_info().unwrap().retry_delay.unwrap() > Duration::ZERO);
    }
    town.providers().await.get_provider(keyed(provider("gas"))).await.expect("the places are free again");
}

#[tokio::test]
async fn health_is_answered_when_there_is_no_room_for_calls() {
    let town = Town::start(Settings { calls_under_way: 0, ..Settings::default() }).await;
    let refused = town.providers().await.get_provider(keyed(provider("gas"))).await.unwrap_err();
    assert_eq!(reason(&refused), "OVERLOADED");
    let mut health = HealthClient::new(town.channel().await);
    health.check(Request::new(HealthCheckRequest::default())).await.expect("health needs no room");
}

#[tokio::test]
async fn a_portal_that_calls_too_fast_is_told_when_to_come_again() {
    let two = NonZeroU32::new(2).unwrap();
    let town = Town::start(Settings { calls_per_second: two, burst: two, ..Settings::default() }).await;
    let mut providers = town.providers().await;
    for _ in 0..2 {
        providers.get_provider(keyed(provider("gas"))).await.unwrap();
    }
    let status = providers.get_provider(keyed(provider("gas"))).await.unwrap_err();
    assert_eq!((status.code(), reason(&status).as_str()), (Code::ResourceExhausted, "RATE_LIMITED"));
    assert_eq!(status.get_details_quota_failure().unwrap().violations[0].subject, "tenant:region");
    let wait = status.get_details_retry_info().unwrap().retry_delay.unwrap();
    assert!(wait <= Duration::from_millis(500), "{wait:?}");
    tokio::time::sleep(wait).await;
    providers.get_provider(keyed(provider("gas"))).await.expect("the wait was enough");
}

#[tokio::test]
async fn a_connection_that_asks_nothing_is_closed() {
    use tokio::io::AsyncReadExt;
    let town = Town::start(Settings { first_call: Duration::from_millis(100), ..Settings::default() }).await;
    let mut silent = tokio::net::TcpStream::connect(town.address).await.unwrap();
    let mut bytes = Vec::new();
    tokio::time::timeout(Duration::from_secs(5), silent.read_to_end(&mut bytes)).await.expect("it is closed").unwrap();
}
