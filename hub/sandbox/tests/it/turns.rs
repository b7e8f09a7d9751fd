//! Billing systems that bear one call at a time, that are maintained, and hubs that share them.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use komunala_app::ports::{BillingError, Clock, StoreError, Turns};
use komunala_domain::ProviderId;
use uuid::Uuid;

use crate::{adapters::Hostile, server::Server};

const TIME: Duration = Duration::from_secs(10);

/// A line that all hubs of this process share.
#[derive(Default)]
struct SharedLine(Mutex<Vec<Uuid>>);

#[async_trait]
impl Turns for SharedLine {
    async fn stand(&self, _: &ProviderId, ticket: Uuid, _: SignedDuration, _: Timestamp) -> Result<bool, StoreError> {
        let mut line = self.0.lock().unwrap();
        if !line.contains(&ticket) {
            line.push(ticket);
        }
        Ok(line.first() == Some(&ticket))
    }

    async fn leave(&self, _: &ProviderId, ticket: Uuid) -> Result<(), StoreError> {
        self.0.lock().unwrap().retain(|other| *other != ticket);
        Ok(())
    }
}

async fn six_at_once(server: &Server, hub: &Hostile) {
    let calls = (0..6).map(|_| hub.account("request", TIME));
    for answer in futures::future::join_all(calls).await {
        answer.unwrap();
    }
    assert_eq!(server.under_way(), 0);
}

#[tokio::test]
async fn exclusive_calls_go_one_at_a_time_and_all_of_them_go() {
    let server = Server::start().await;
    server.takes(Duration::from_millis(20));
    six_at_once(&server, &Hostile::new(&server, "")).await;
    assert!(server.most_at_once() > 1, "without a limit they go together");

    let server = Server::start().await;
    server.takes(Duration::from_millis(20));
    six_at_once(&server, &Hostile::new(&server, "limits.exclusive = 'all'")).await;
    assert_eq!(server.most_at_once(), 1);
}

#[tokio::test]
async fn a_request_that_nobody_waits_for_any_more_is_over_before_the_next_one_goes() {
    let server = Server::start().await;
    server.takes(Duration::from_millis(400));
    let hub = Hostile::new(&server, "limits.exclusive = 'all'");
    let hasty = hub.account("request", Duration::from_millis(150)).await;
    assert_eq!(hasty.unwrap_err(), BillingError::DeadlineExceeded);
    assert_eq!(server.under_way(), 1, "the billing system is still at it");
    hub.account("request", TIME).await.unwrap();
    assert_eq!((server.most_at_once(), server.arrived("/request").len()), (1, 2));
}

#[tokio::test]
async fn whoever_waits_in_vain_for_a_turn_has_changed_nothing_and_may_come_again() {
    let server = Server::start().await;
    let hub = Hostile::new(&server, "limits.exclusive = 'all'\nlimits.exclusive_hold_ms = 600");
    let silent = hub.account("silence", Duration::from_millis(100)).await;
    assert_eq!(silent.unwrap_err(), BillingError::DeadlineExceeded);
    let waited = hub.account("request", Duration::from_millis(100)).await;
    assert!(matches!(waited, Err(BillingError::Unavailable { retry_after: Some(_) })), "{waited:?}");
    assert!(server.arrived("/request").is_empty());
    // no request is held on to for ever
    hub.account("request", TIME).await.unwrap();
}

#[tokio::test]
async fn two_hubs_take_turns_and_the_one_with_few_callers_does_not_starve() {
    let server = Server::start().await;
    server.takes(Duration::from_millis(20));
    let line: Arc<dyn Turns> = Arc::new(SharedLine::default());
    let hub = || {
        let Hostile { engine, adapter } = Hostile::new(&server, "limits.exclusive = 'all'");
        Arc::new(Hostile { engine, adapter: adapter.taking_turns(Arc::clone(&line)) })
    };
    let (busy, calm) = (hub(), hub());
    let many: Vec<_> = (0..12)
        .map(|_| {
            let busy = Arc::clone(&busy);
            tokio::spawn(async move { busy.account("request", TIME).await })
        })
        .collect();
    while server.arrived("/request").is_empty() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    calm.account("request", TIME).await.unwrap();
    assert!(server.arrived("/request").len() <= 4, "it waited for all of the others");
    for call in many {
        call.await.unwrap().unwrap();
    }
    assert_eq!((server.most_at_once(), server.arrived("/request").len()), (1, 13));
}

/// Time stands still.
struct Stopped(Timestamp);

impl Clock for Stopped {
    fn now(&self) -> Timestamp {
        self.0
    }
}

#[tokio::test]
async fn a_billing_system_under_maintenance_is_left_alone_and_counts_as_healthy() {
    let server = Server::start().await;
    let maintenance = || vec!["01:00-03:00".parse().unwrap()].try_into().unwrap();
    let at = |time: &str| {
        let Hostile { engine, adapter } = Hostile::new(&server, "breaker.failures = 1");
        Hostile { engine, adapter: adapter.maintained(maintenance(), Arc::new(Stopped(time.parse().unwrap()))) }
    };
    // a quarter to three in Belgrade
    let night = at("2024-08-06T00:45:00Z");
    let down = BillingError::Unavailable { retry_after: Some(Duration::from_secs(15 * 60)) };
    for _ in 0..3 {
        assert_eq!(night.account("request", TIME).await.unwrap_err(), down);
    }
    assert!(night.adapter.condition().is_healthy && server.arrived("/request").is_empty());
    at("2024-08-06T01:00:00Z").account("request", TIME).await.unwrap();
}
