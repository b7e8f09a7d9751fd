//! A guest that misbehaves before its first call, while it is instantiated.

use std::time::{Duration, Instant};

use komunala_app::ports::BillingError;
use komunala_sandbox::Secrets;

use crate::{
    adapters::{Hostile, limit, policy, settings},
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
