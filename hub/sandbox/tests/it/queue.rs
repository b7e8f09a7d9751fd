//! Calls that wait for one another, and operations that are left alone.

use std::{sync::Arc, time::Duration};

use komunala_app::ports::BillingError;

use crate::{adapters::Hostile, server::Server};

const TIME: Duration = Duration::from_secs(10);

#[tokio::test]
async fn a_call_beyond_the_queue_is_told_so_and_the_queue_moves_on() {
    let server = Server::start().await;
    let more = "limits.concurrent_calls = 1\nlimits.queued_calls = 1\nlimits.queue_wait_ms = 10000";
    let hostile = Arc::new(Hostile::new(&server, more));
    let slow = tokio::spawn({
        let hostile = Arc::clone(&hostile);
        async move { hostile.account("sleep", Duration::from_millis(500)).await }
    });
    while hostile.engine.live_instances() == 0 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let (queued, refused) = tokio::join!(hostile.account("answer", TIME), hostile.account("answer", TIME));
    assert!(queued.is_ok(), "{queued:?}");
    assert_eq!(refused.unwrap_err(), BillingError::Overloaded);
    assert_eq!(slow.await.unwrap().unwrap_err(), BillingError::DeadlineExceeded);
}

#[tokio::test]
async fn an_operation_that_keeps_crashing_is_left_alone_and_then_tried_again() {
    let server = Server::start().await;
    let hostile = Hostile::new(&server, "breaker.failures = 3\nbreaker.open_ms = 150");
    for _ in 0..3 {
        assert!(matches!(hostile.account("panic", TIME).await, Err(BillingError::Trapped { .. })));
    }
    let Err(BillingError::BreakerOpen { retry_after }) = hostile.account("answer", TIME).await else {
        panic!("the breaker is closed");
    };
    tokio::time::sleep(retry_after).await;
    assert!(hostile.account("answer", TIME).await.is_ok());
    hostile.is_as_before().await;
}

#[tokio::test]
async fn what_one_customers_data_does_wrong_is_not_held_against_the_others() {
    let server = Server::start().await;
    let hostile = Hostile::new(&server, "breaker.failures = 1");
    for verb in ["other-customer", "memory", "control-characters"] {
        hostile.misbehaves(verb).await;
    }
}

#[tokio::test]
async fn a_deadline_that_has_passed_starts_nothing() {
    let server = Server::start().await;
    let hostile = Hostile::new(&server, "");
    assert_eq!(hostile.account("answer", Duration::ZERO).await.unwrap_err(), BillingError::DeadlineExceeded);
}
