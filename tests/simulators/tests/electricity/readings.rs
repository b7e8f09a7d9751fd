//! Meter readings in three forms.

use komunala_simulators::ElectricitySimulator;
use komunala_simulators::electricity::Kind;
use serde_json::{Value, json};

use crate::client::{Caller, QUARTER_HOURS, STATES, refused};

/// All readings of an answer in JSON.
fn readings(answer: &Value) -> Vec<&Value> {
    let blocks = answer["intervalBlocks"].as_array().unwrap();
    blocks.iter().flat_map(|block| block["intervalReadings"].as_array().unwrap()).collect()
}

#[tokio::test]
async fn a_day_has_as_many_quarter_hours_as_the_clock_gives_it() {
    let caller = Caller::new().await;
    let payer = caller.payer(Kind::Ordinary);
    for (first, last, count) in
        [("2025-03-30", "2025-03-31", 92), ("2025-10-20", "2025-10-21", 96), ("2025-10-26", "2025-10-27", 100)]
    {
        let answer = caller.get(&caller.readings(payer, first, last, &[QUARTER_HOURS])).await.json();
        assert_eq!(answer["usagePoint"], json!(payer.number()));
        assert_eq!(readings(&answer).len(), count, "{first}");
    }
}

#[tokio::test]
async fn all_three_forms_tell_of_as_many_readings() {
    let caller = Caller::new().await;
    let path = caller.readings(caller.payer(Kind::Ordinary), "2025-10-01", "2025-10-03", &STATES);
    let in_json = readings(&caller.get(&path).await.json()).len();
    // the midnights at both ends, of two registers
    assert_eq!(in_json, 6);
    let iec = caller.get_as(&path, "application/xml").await;
    assert_eq!(iec.text().matches("timeStamp>").count(), 2 * in_json);
    let espi = caller.get_as(&path, "application/atom+xml").await;
    assert_eq!(espi.text().matches("<IntervalReading>").count(), in_json);
    assert_eq!(caller.get_as(&path, "text/csv").await.refusal(), refused(406, "NOT_ACCEPTABLE"));
}

#[tokio::test]
async fn a_swap_leaves_both_meters_a_state_at_the_same_midnight() {
    let caller = Caller::new().await;
    let path = caller.readings(caller.payer(Kind::MeterSwap), "2025-05-14", "2025-05-16", &STATES[..1]);
    let answer = caller.get(&path).await.json();
    let blocks = answer["intervalBlocks"].as_array().unwrap();
    assert_eq!(blocks.len(), 2, "{answer}");
    assert_ne!(blocks[0]["stevec"], blocks[1]["stevec"]);
    let last = blocks[0]["intervalReadings"].as_array().unwrap().last().unwrap();
    assert_eq!(last["timestamp"], blocks[1]["intervalReadings"][0]["timestamp"]);
}

#[tokio::test]
async fn what_was_not_asked_for_properly_is_refused() {
    let caller = Caller::new().await;
    let payer = caller.payer(Kind::Ordinary);
    let refusal =
        async |first, last, kinds: &[&str]| caller.get(&caller.readings(payer, first, last, kinds)).await.refusal();
    assert_eq!(refusal("2024-01-01", "2025-03-01", &[QUARTER_HOURS]).await, refused(400, "BAD_VALUE"), "425 days");
    assert_eq!(refusal("2025-10-01", "2025-10-02", &[]).await, refused(400, "BAD_VALUE"), "no type");
    assert_eq!(refusal("2025-10-01", "2025-10-02", &["1.2.3"]).await, refused(400, "BAD_VALUE"), "an unknown type");
}

#[tokio::test]
async fn over_the_quota_the_answer_says_when_to_ask_again() {
    let caller = Caller::of(ElectricitySimulator::builder().customers(40).quota(2)).await;
    let path = caller.readings(caller.payer(Kind::Ordinary), "2025-10-01", "2025-10-02", &[QUARTER_HOURS]);
    assert_eq!(caller.get(&path).await.status, 200);
    assert_eq!(caller.get(&path).await.status, 200);
    let over = caller.get(&path).await;
    assert_eq!((over.refusal(), &over.headers["retry-after"]), (refused(429, "QUOTA"), &"60".parse().unwrap()));
    caller.simulator.renew_quota();
    assert_eq!(caller.get(&path).await.status, 200);
}
