//! Outages that are announced, moved and cancelled.

use jiff::{SignedDuration, Timestamp};
use komunala_simulators::electricity::{Outage, OutageState};
use serde_json::Value;

use crate::client::{Caller, refused};

fn outage(revision: u32, changed: Timestamp, state: OutageState) -> Outage {
    let start = changed + SignedDuration::from_hours(48);
    Outage {
        id: "IZK-1".to_owned(),
        revision,
        changed,
        start,
        end: start + SignedDuration::from_hours(2),
        reason: "Zamenjava droga".to_owned(),
        state,
        points: vec!["6-100000".to_owned()],
    }
}

/// What is told of the outage to who asks since a moment.
async fn told(caller: &Caller, since: Timestamp) -> Option<Value> {
    let outages = caller.get(&format!("/izklopi?since={since}")).await.json();
    let mut ours: Vec<_> = outages.as_array().unwrap().iter().filter(|outage| outage["id"] == "IZK-1").collect();
    assert!(ours.len() < 2, "only the newest revision: {ours:?}");
    ours.pop().cloned()
}

#[tokio::test]
async fn an_outage_is_told_since_its_last_change() {
    let caller = Caller::new().await;
    let now = caller.simulator.moment.now();
    let earlier = now - SignedDuration::from_hours(3);
    caller.simulator.announce(outage(1, earlier, OutageState::Announced));
    assert_eq!(told(&caller, earlier).await.unwrap()["stanje"], "NAPOVEDAN");
    assert_eq!(told(&caller, earlier + SignedDuration::from_secs(1)).await, None);
    caller.simulator.announce(outage(2, now, OutageState::Cancelled));
    let cancelled = told(&caller, earlier).await.unwrap();
    assert_eq!((&cancelled["stanje"], &cancelled["revision"]), (&"PREKLICAN".into(), &2.into()));
    assert_eq!(caller.get("/izklopi?since=yesterday").await.refusal(), refused(400, "BAD_VALUE"));
}
