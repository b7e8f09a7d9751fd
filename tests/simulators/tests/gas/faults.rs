//! What the switches do to requests.

use std::time::{Duration, Instant};

use jiff::Timestamp;
use komunala_simulators::{Effect, Malformation, RetryAfter, Rule};
use serde_json::{Value, json};

use crate::client::{Caller, refused, text};

async fn reading(caller: &Caller) -> Value {
    let (point, serial, newest) = caller.meter(caller.ordinary()).await;
    let value = text(&newest["value"]).parse::<i64>().unwrap() + 9;
    json!({"pointId": point, "serial": serial, "readOn": "2024-08-15", "value": value.to_string()})
}

fn account(caller: &Caller) -> String {
    format!("/v1/accounts/{}", caller.ordinary().account_id())
}

#[tokio::test]
async fn a_timeout_after_a_write_leaves_it_applied_and_findable_by_its_key() {
    let caller = Caller::new().await;
    let body = reading(&caller).await;
    caller
        .simulator
        .switches
        .add(Rule::new("/v1/readings", Effect::TimeoutAfterWrite { ms: 50 }).method("POST").next(1));
    caller.try_write("/v1/readings", "k1", body.clone()).await.expect_err("the connection is cut");
    let receipt = caller.get("/v1/receipts?key=k1").await;
    assert_eq!(receipt.status, 200);
    let again = caller.write("/v1/readings", "k1", body).await;
    assert_eq!((again.status, &again.json()["receiptId"]), (202, &receipt.json()["receiptId"]));
    assert_eq!(caller.simulator.counters.writes("POST /v1/readings"), 1);
    assert_eq!(caller.simulator.counters.counts().answers[&0], 1);
}

#[tokio::test]
async fn a_timeout_before_a_write_leaves_nothing() {
    let caller = Caller::new().await;
    let body = reading(&caller).await;
    caller.simulator.switches.add(Rule::new("/v1/readings", Effect::Timeout { ms: 10 }).next(1));
    caller.try_write("/v1/readings", "k1", body).await.expect_err("the connection is cut");
    assert_eq!(caller.get("/v1/receipts?key=k1").await.status, 404);
    assert!(caller.simulator.submitted_readings().is_empty());
}

#[tokio::test]
async fn the_next_few_requests_under_a_path_fail_and_no_other() {
    let caller = Caller::new().await;
    caller.simulator.switches.add(Rule::new("/v1/accounts/*/card", Effect::status(503)).next(2));
    let card = format!("{}/card", account(&caller));
    assert_eq!(caller.get(&account(&caller)).await.status, 200);
    assert_eq!(caller.get(&card).await.refusal(), refused(503, "INTERNAL"));
    assert_eq!(caller.get(&card).await.status, 503);
    assert_eq!(caller.get(&card).await.status, 200);
}

#[tokio::test]
async fn a_server_error_need_not_be_json() {
    let caller = Caller::new().await;
    let effect = Effect::Status { status: 502, retry_after: None, html: true };
    caller.simulator.switches.add(Rule::new("/", effect));
    let answer = caller.get(&account(&caller)).await;
    assert_eq!((answer.status, &answer.headers["content-type"]), (502, &"text/html".parse().unwrap()));
    serde_json::from_slice::<Value>(&answer.body).expect_err("no JSON");
}

#[tokio::test]
async fn retry_after_is_seconds_or_an_http_date() {
    let caller = Caller::new().await;
    let retry_after = async |retry_after| {
        caller.simulator.switches.clear();
        caller.simulator.switches.add(Rule::new("/", Effect::too_many(retry_after)));
        let answer = caller.get(&account(&caller)).await;
        assert_eq!(answer.refusal(), refused(429, "RATE_LIMITED"));
        answer.headers["retry-after"].to_str().unwrap().to_owned()
    };
    assert_eq!(retry_after(RetryAfter::Seconds(7)).await, "7");
    let date = retry_after(RetryAfter::DateIn(60)).await;
    assert!(date.ends_with(" GMT"), "{date}");
    let then = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(&date).unwrap();
    assert!((55..=60).contains(&(then - Timestamp::now()).get_seconds()), "{date}");
}

#[tokio::test]
async fn a_share_of_the_requests_fails() {
    let caller = Caller::new().await;
    caller.simulator.switches.add(Rule::new("/v1", Effect::status(500)).per_mille(500));
    let mut failed = 0;
    for _ in 0..10 {
        failed += usize::from(caller.get(&account(&caller)).await.status == 500);
    }
    assert_eq!(failed, 5);
}

#[tokio::test]
async fn latency_is_added_to_every_answer() {
    let caller = Caller::new().await;
    caller.simulator.switches.add(Rule::new("/v1", Effect::Latency { ms: 80 }));
    let start = Instant::now();
    assert_eq!(caller.get(&account(&caller)).await.status, 200);
    assert!(start.elapsed() >= Duration::from_millis(80));
}

#[tokio::test]
async fn a_body_can_be_spoilt_in_every_way() {
    let caller = Caller::new().await;
    let whole = caller.get(&account(&caller)).await;
    let kinds = [Malformation::Truncated, Malformation::Html, Malformation::Empty, Malformation::NotUtf8];
    for how in kinds {
        caller.simulator.switches.clear();
        caller.simulator.switches.add(Rule::new("/v1", Effect::Malformed { how }));
        let spoilt = caller.get(&account(&caller)).await;
        assert_eq!(spoilt.status, 200);
        serde_json::from_slice::<Value>(&spoilt.body).expect_err("no JSON");
    }
    caller.simulator.switches.clear();
    caller.simulator.switches.add(Rule::new("/v1", Effect::Malformed { how: Malformation::OtherShape }));
    assert_ne!(caller.get(&account(&caller)).await.json(), whole.json());
}

#[tokio::test]
async fn fetching_a_token_can_fail_too() {
    let caller = Caller::new().await;
    caller.simulator.switches.add(Rule::new("/oauth/token", Effect::status(500)).next(1));
    assert_eq!(caller.fetch_token("komunala", "gas-secret").await.status, 500);
    assert_eq!(caller.fetch_token("komunala", "gas-secret").await.status, 200);
}
