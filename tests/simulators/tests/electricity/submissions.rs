//! Readings that customers hand in.

use std::time::Duration;

use komunala_simulators::electricity::Kind;
use komunala_simulators::{Effect, ElectricitySimulator, Rule};
use serde_json::{Value, json};

use crate::client::{Answer, Caller, STATES, refused};

/// Today's reading of an ordinary payer, so many kWh above what the registers showed this morning.
async fn reading(caller: &Caller, above: i64) -> Value {
    let payer = caller.payer(Kind::Ordinary);
    let point = caller.get(&format!("/merilno-mesto/{}", payer.number())).await.json();
    let states = caller.get(&caller.readings(payer, "2025-10-29", "2025-10-30", &STATES)).await.json();
    let last = |code: &str| {
        let mut blocks = states["intervalBlocks"].as_array().unwrap().iter();
        let block = blocks.find(|block| block["readingType"] == *code).unwrap();
        let value = block["intervalReadings"].as_array().unwrap().last().unwrap()["value"].as_str().unwrap();
        value.split('.').next().unwrap().parse::<i64>().unwrap()
    };
    json!({
        "merilnoMesto": payer.number(), "stevec": point["stevec"], "datum": "2025-10-30",
        "stanja": STATES.map(|code| json!({"readingType": code, "value": (last(code) + above).to_string()})),
    })
}

async fn submit(caller: &Caller, key: &str, body: &Value) -> Answer {
    caller.call("POST", "/odbirki", &[("idempotency-key", key)], Some(body.clone())).await.unwrap()
}

#[tokio::test]
async fn a_reading_that_is_repeated_with_its_key_is_there_once() {
    let caller = Caller::new().await;
    let body = reading(&caller, 9).await;
    let first = submit(&caller, "k1", &body).await;
    assert_eq!((first.status, &first.json()["stanje"]), (202, &json!("ACCEPTED")));
    assert_eq!(submit(&caller, "k1", &body).await.json(), first.json());
    let other = reading(&caller, 10).await;
    assert_eq!(submit(&caller, "k1", &other).await.refusal(), refused(409, "IDEMPOTENCY_CONFLICT"));
    assert_eq!(caller.simulator.submitted_readings().len(), 1);
    assert_eq!(submit(&caller, "", &other).await.refusal(), refused(400, "BAD_VALUE"));
}

#[tokio::test]
async fn a_reading_whose_answer_was_cut_off_is_found_by_its_key() {
    let caller = Caller::of(ElectricitySimulator::builder().customers(40).posting(Duration::ZERO)).await;
    let body = reading(&caller, 9).await;
    let rule = Rule::new("/odbirki", Effect::TimeoutAfterWrite { ms: 10 }).method("POST").next(1);
    caller.simulator.switches.add(rule);
    let cut = caller.call("POST", "/odbirki", &[("idempotency-key", "k1")], Some(body)).await;
    cut.expect_err("the connection is cut");
    assert_eq!(caller.get("/odbirki?key=k1").await.json()["stanje"], json!("POSTED"));
    assert_eq!(caller.get("/odbirki?key=k2").await.refusal(), refused(404, "NOT_FOUND"));
    assert_eq!(caller.simulator.counters.writes("POST /odbirki"), 1);
}

#[tokio::test]
async fn a_reading_is_held_against_the_registers_and_uses_up_no_key_when_it_is_refused() {
    let caller = Caller::new().await;
    let lower = reading(&caller, -1).await;
    assert_eq!(submit(&caller, "k1", &lower).await.refusal(), refused(422, "READ_LOWER"));
    let higher = reading(&caller, 20_002).await;
    assert_eq!(submit(&caller, "k1", &higher).await.refusal(), refused(422, "READ_HIGH"));
    let mut one = reading(&caller, 9).await;
    one["stanja"].as_array_mut().unwrap().pop();
    assert_eq!(submit(&caller, "k1", &one).await.refusal(), refused(400, "BAD_VALUE"), "both registers together");
    let mut tomorrow = reading(&caller, 9).await;
    tomorrow["datum"] = json!("2025-10-31");
    assert_eq!(submit(&caller, "k1", &tomorrow).await.refusal(), refused(422, "WINDOW_CLOSED"));
    let mut foreign = reading(&caller, 9).await;
    foreign["stevec"] = json!("another");
    assert_eq!(submit(&caller, "k1", &foreign).await.refusal(), refused(400, "METER_UNKNOWN"));
    assert!(caller.simulator.submitted_readings().is_empty());
    assert_eq!(submit(&caller, "k1", &reading(&caller, 9).await).await.status, 202);
}
