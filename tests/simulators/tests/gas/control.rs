//! Steering and watching a simulator over HTTP.

use serde_json::json;

use crate::client::Caller;

#[tokio::test]
async fn switches_are_thrown_read_and_cleared_over_http() {
    let caller = Caller::new().await;
    let account = format!("/v1/accounts/{}", caller.ordinary().account_id());
    let switches =
        json!({"rules": [{"path": "/v1", "effect": {"type": "STATUS", "status": 503}}], "paging": "LATE_PAGES"});
    let thrown = caller.put("/_switches", switches).await;
    assert_eq!((thrown.status, &thrown.json()["paging"]), (200, &json!("LATE_PAGES")));
    assert_eq!(caller.get(&account).await.status, 503);
    assert_eq!(caller.get("/_switches").await.json()["rules"][0]["effect"]["status"], 503);
    assert_eq!(caller.call("DELETE", "/_switches", &[], None).await.unwrap().status, 204);
    assert_eq!(caller.get(&account).await.status, 200);
}

#[tokio::test]
async fn a_switch_that_does_not_exist_is_refused_and_changes_nothing() {
    let caller = Caller::new().await;
    let answer = caller.put("/_switches", json!({"rules": [], "sabotage": true})).await;
    assert_eq!(answer.status, 422);
    assert_eq!(caller.get("/_switches").await.json()["rules"], json!([]));
}

#[tokio::test]
async fn requests_are_counted_per_route_with_their_trace_context() {
    let caller = Caller::new().await;
    let account = format!("/v1/accounts/{}", caller.ordinary().account_id());
    let traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    caller.get(&account).await;
    caller.call("GET", &account, &[("traceparent", traceparent)], None).await.unwrap();
    let counts = caller.get("/_counters").await.json();
    assert_eq!(counts["requests"]["GET /v1/accounts/{id}"], 2);
    assert_eq!(counts["requests"]["POST /oauth/token"], 1);
    assert_eq!(counts["answers"]["200"], 3);
    assert_eq!(counts["traces"], json!([{"route": "GET /v1/accounts/{id}", "traceparent": traceparent}]));
    assert_eq!(caller.simulator.counters.requests("GET /v1/accounts/{id}"), 2);
    caller.call("DELETE", "/_counters", &[], None).await.unwrap();
    assert_eq!(caller.get("/_counters").await.json()["requests"], json!({}));
}

#[tokio::test]
async fn the_most_requests_at_once_are_counted() {
    let caller = Caller::new().await;
    let account = format!("/v1/accounts/{}", caller.ordinary().account_id());
    caller.put("/_switches", json!({"rules": [{"effect": {"type": "LATENCY", "ms": 200}}]})).await;
    tokio::join!(caller.get(&account), caller.get(&account), caller.get(&account));
    let counts = caller.simulator.counters.counts();
    assert_eq!((counts.max_concurrent, counts.concurrent), (3, 0));
}

#[tokio::test]
async fn a_stopped_simulator_answers_nobody() {
    let caller = Caller::new().await;
    let addr = caller.simulator.addr;
    caller.simulator.stop().await;
    tokio::net::TcpStream::connect(addr).await.expect_err("nobody listens");
}
