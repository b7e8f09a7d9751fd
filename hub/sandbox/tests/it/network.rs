//! A guest that sends requests it ought not to send, or that never end.

use std::time::{Duration, Instant};

use komunala_app::ports::BillingError;

use crate::{
    adapters::{Hostile, limit},
    server::Server,
};

const TIME: Duration = Duration::from_secs(10);

#[tokio::test]
async fn a_granted_request_goes_through_on_a_connection_that_is_used_again() {
    let server = Server::start().await;
    let hostile = Hostile::new(&server, "");
    for _ in 0..3 {
        hostile.account("request", TIME).await.unwrap();
    }
    let arrived = server.arrived("/request");
    assert_eq!(arrived.len(), 3);
    assert!(arrived.iter().all(|request| request.connection == arrived[0].connection), "{arrived:?}");
}

#[tokio::test]
async fn a_server_that_never_answers_ends_at_the_deadline() {
    let server = Server::start().await;
    let hostile = Hostile::new(&server, "");
    let error = hostile.account("silence", Duration::from_millis(300)).await.unwrap_err();
    assert_eq!(error, BillingError::DeadlineExceeded);
    hostile.is_as_before().await;
}

#[tokio::test]
async fn a_server_that_never_answers_is_given_up_before_a_distant_deadline() {
    let server = Server::start().await;
    let hostile = Hostile::new(&server, "limits.response_ms = 200");
    let begin = Instant::now();
    let error = hostile.misbehaves("silence").await;
    assert!(matches!(error, BillingError::Unavailable { .. } | BillingError::OutcomeUnknown), "{error:?}");
    assert!(begin.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn a_body_that_never_ends_ends_at_its_limit() {
    let server = Server::start().await;
    assert_eq!(Hostile::new(&server, "").misbehaves("endless-body").await, limit("response_body_bytes"));
}

#[tokio::test]
async fn all_bodies_of_a_call_together_end_at_their_limit() {
    let server = Server::start().await;
    let hostile = Hostile::new(&server, "limits.transfer_bytes = 1000000");
    assert_eq!(hostile.misbehaves("endless-body").await, limit("transfer_bytes"));
}

#[tokio::test]
async fn a_body_that_announces_too_much_is_not_read_at_all() {
    let server = Server::start().await;
    let hostile = Hostile::new(&server, "");
    assert_eq!(hostile.misbehaves("huge-body").await, limit("response_body_bytes"));
}

#[tokio::test]
async fn a_gzip_bomb_goes_off_in_the_guests_own_memory() {
    let server = Server::start().await;
    assert_eq!(Hostile::new(&server, "").misbehaves("gzip-bomb").await, limit("memory_bytes"));
}

#[tokio::test]
async fn a_request_body_ends_at_its_limit() {
    let server = Server::start().await;
    // the guest builds it in its memory first
    let hostile = Hostile::new(&server, "limits.memory_bytes = 1000000000");
    assert_eq!(hostile.misbehaves("request-body").await, limit("request_body_bytes"));
    assert!(server.arrived("/request-body").is_empty());
}

#[tokio::test]
async fn requests_are_counted() {
    let server = Server::start().await;
    let hostile = Hostile::new(&server, "limits.requests = 5");
    assert_eq!(hostile.misbehaves("requests").await, limit("requests"));
    assert_eq!(server.arrived("/requests").len(), 5);
}

#[tokio::test]
async fn a_host_that_is_not_granted_is_not_looked_up() {
    let server = Server::start().await;
    assert_eq!(Hostile::new(&server, "").misbehaves("forbidden-host").await, limit("hosts"));
}

#[tokio::test]
async fn a_method_that_is_not_granted_is_not_sent() {
    let server = Server::start().await;
    assert_eq!(Hostile::new(&server, "").misbehaves("method").await, limit("methods"));
    assert!(server.arrived("/method").is_empty());
}

#[tokio::test]
async fn a_redirect_is_not_followed_and_the_guest_cannot_follow_it_either() {
    let (server, inside) = (Server::start().await, Server::start().await);
    server.redirects_to(&format!("{}/secret", inside.url()));
    assert_eq!(Hostile::new(&server, "").misbehaves("redirect").await, limit("hosts"));
    assert_eq!(server.arrived("/redirect").len(), 1);
    assert!(inside.arrived("/secret").is_empty());
}

#[tokio::test]
async fn loopback_in_another_notation_is_not_reached() {
    let server = Server::start().await;
    assert_eq!(Hostile::new(&server, "").misbehaves("mapped-loopback").await, limit("hosts"));
    assert!(server.arrived("/mapped-loopback").is_empty());
}

#[tokio::test]
async fn a_crash_after_a_write_leaves_its_outcome_open() {
    let server = Server::start().await;
    let error = Hostile::new(&server, "").misbehaves("trap-after-write").await;
    assert!(matches!(error, BillingError::Trapped { .. }) && error.leaves_write_unknown());
    assert_eq!(server.arrived("/trap-after-write").len(), 1);
}
