//! A guest that misbehaves before its first call, while it is instantiated.

use std::time::{Duration, Instant};

use komunala_app::ports::{BillingError, BillingSystem, Call};
use komunala_sandbox::{Adapter, Secrets};

use crate::{
    adapters::{Hostile, component, digest_of, engine, limit, policy, settings},
    server::Server,
};

async fn error(verb: &str, time: Duration) -> BillingError {
    let server = Server::start().await;
    let mut policy = policy(&server, "");
    policy.settings.insert("verb".to_owned(), verb.to_owned());
    let hostile = Hostile::with(settings(policy, Secrets::default()));
    let error = hostile.account("answer", time).await.unwrap_err();
    let until = Instant::now() + Duration::from_secs(5);
    while hostile.engine.live_instances() > 0 || hostile.engine.guest_memory_bytes() > 0 {
        assert!(Instant::now() < until, "{:?}", hostile.engine);
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    error
}

#[tokio::test]
async fn a_loop_in_start_ends_at_the_deadline() {
    assert_eq!(error("start-loop", Duration::from_millis(300)).await, BillingError::DeadlineExceeded);
}

#[tokio::test]
async fn a_sleep_in_start_ends_at_the_deadline() {
    assert_eq!(error("start-sleep", Duration::from_millis(300)).await, BillingError::DeadlineExceeded);
}

#[tokio::test]
async fn memory_grown_in_start_ends_at_its_limit() {
    assert_eq!(error("start-memory", Duration::from_secs(20)).await, limit("memory_bytes"));
}

#[tokio::test]
async fn a_start_alone_is_what_an_operators_change_must_survive() {
    let server = Server::start().await;
    let mut policy = policy(&server, "");
    let tame = Hostile::with(settings(policy.clone(), Secrets::default()));
    assert_eq!(tame.adapter.start(Call::within(Duration::from_secs(5))).await, Ok(()));
    policy.settings.insert("verb".to_owned(), "start-loop".to_owned());
    let wild = Hostile::with(settings(policy, Secrets::default()));
    let error = wild.adapter.start(Call::within(Duration::from_millis(300))).await;
    assert_eq!(error, Err(BillingError::DeadlineExceeded));
    assert_eq!(wild.adapter.condition().problems[0].operation, "start");
}

#[tokio::test]
async fn a_component_that_no_provider_has_starts_with_nothing_granted() {
    let mut manifest = settings(komunala_sandbox::Policy::default(), Secrets::default()).manifest;
    // a default is the adapter's own word: it is set, and leads nowhere
    manifest.settings.get_mut("base_url").unwrap().default = Some("http://127.0.0.1:9".to_owned());
    let bytes = component();
    let adapter = Adapter::load_for_nobody(&engine(), bytes, digest_of(bytes), None, manifest).unwrap();
    assert_eq!(adapter.start(Call::within(Duration::from_secs(5))).await, Ok(()));
    let asked = adapter.account(Call::within(Duration::from_secs(5)), &"request".parse().unwrap()).await;
    assert_eq!(asked.unwrap_err(), limit("hosts"));
    assert_eq!(adapter.condition().limits[0].limit, "hosts");
}

#[tokio::test]
async fn a_paused_adapter_is_not_asked_and_goes_on_where_it_was() {
    let server = Server::start().await;
    let hostile = Hostile::new(&server, "");
    hostile.adapter.pause(true);
    assert!(!hostile.adapter.condition().is_healthy);
    let refused = hostile.account("answer", Duration::from_secs(5)).await;
    assert!(matches!(refused, Err(BillingError::Unavailable { .. })), "{refused:?}");
    hostile.adapter.pause(false);
    hostile.is_as_before().await;
}
