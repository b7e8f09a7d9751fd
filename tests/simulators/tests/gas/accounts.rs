//! Accounts and their delivery points.

use komunala_simulators::GasSimulator;
use komunala_simulators::gas::Kind;
use serde_json::Value;

use crate::client::{Caller, TODAY, refused, text};

async fn account(caller: &Caller, kind: Kind) -> Value {
    let answer = caller.get(&format!("/v1/accounts/{}", caller.customer(kind).account_id())).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()
}

#[tokio::test]
async fn an_account_shows_holder_address_points_meters_and_appliances() {
    let caller = Caller::new().await;
    let customer = caller.ordinary();
    let account = account(&caller, Kind::Ordinary).await;
    assert_eq!(account["accountId"], customer.account_id());
    assert_eq!(account["customerId"], customer.number());
    assert!(["HOUSEHOLD", "BUSINESS"].contains(&account["category"].as_str().unwrap()));
    assert!(text(&account["address"]).contains(", 22"));
    let point = &account["deliveryPoints"][0];
    assert_eq!(text(&point["eic"]).len(), 16);
    assert_eq!((&point["meter"]["digits"], &point["meter"]["decimals"]), (&5.into(), &0.into()));
    assert_eq!(text(&point["meter"]["verifiedUntil"]).len(), 10);
    let appliance = &point["appliances"][0];
    assert!(appliance["kind"].is_string() && appliance["model"].is_string() && appliance["count"].is_u64());
}

#[tokio::test]
async fn special_accounts_lack_what_accounts_may_lack() {
    let caller = Caller::new().await;
    let points = |account: &Value| account["deliveryPoints"].as_array().unwrap().clone();
    assert!(points(&account(&caller, Kind::NoPoints).await).is_empty());
    assert_eq!(points(&account(&caller, Kind::SeveralPoints).await).len(), 3);
    assert!(points(&account(&caller, Kind::NoEic).await)[0].get("eic").is_none());
    assert!(points(&account(&caller, Kind::NoMeter).await)[0].get("meter").is_none());
    assert!(points(&account(&caller, Kind::NoAppliances).await)[0]["appliances"].as_array().unwrap().is_empty());
}

#[tokio::test]
async fn unknown_and_closed_accounts_are_not_found_anywhere() {
    let caller = Caller::new().await;
    let closed = caller.customer(Kind::Closed);
    for id in ["a-00000000".to_owned(), "nonsense".to_owned(), closed.account_id()] {
        for path in ["", "/invoices", "/card", "/balance", "/delivery"] {
            let answer = caller.get(&format!("/v1/accounts/{id}{path}")).await;
            assert_eq!(answer.refusal(), refused(404, "NOT_FOUND"), "{id}{path}");
        }
    }
    let point = format!("/v1/points/R-{}/readings", closed.number());
    assert_eq!(caller.get(&point).await.refusal(), refused(404, "NOT_FOUND"));
    let invoice = format!("/v1/invoices/24-07-{}", closed.number());
    assert_eq!(caller.get(&invoice).await.refusal(), refused(404, "NOT_FOUND"));
}

#[tokio::test]
async fn an_account_that_is_closed_while_the_simulator_runs_is_gone() {
    let caller = Caller::new().await;
    let customer = caller.ordinary();
    caller.simulator.close_account(customer);
    assert_eq!(caller.get(&format!("/v1/accounts/{}", customer.account_id())).await.status, 404);
    assert_eq!(caller.verify(&customer.number(), &customer.pin()).await.status, 403);
    assert_ne!(caller.simulator.ordinary(1)[0], customer);
}

#[tokio::test]
async fn the_same_seed_makes_the_same_customers_and_another_one_others() {
    let (first, again) = (Caller::new().await, Caller::new().await);
    let other = Caller::of(GasSimulator::builder().customers(250).seed(8)).await;
    let path = format!("/v1/accounts/{}/card?size=200", first.ordinary().account_id());
    assert_eq!(first.get(&path).await.body, again.get(&path).await.body);
    let pins =
        |caller: &Caller| caller.simulator.ordinary(20).iter().map(|customer| customer.pin()).collect::<Vec<_>>();
    assert_eq!(pins(&first), pins(&again));
    assert_ne!(pins(&first), pins(&other));
}

#[tokio::test]
async fn the_last_of_690_000_customers_is_there_at_once() {
    let caller = Caller::of(GasSimulator::builder().customers(690_000)).await;
    let last = caller.simulator.population().at(689_999).unwrap();
    let answer = caller.verify(&last.number(), &last.pin()).await;
    assert_eq!(answer.json()["accountId"], last.account_id());
    assert!(caller.simulator.population().at(690_000).is_none());
}

#[tokio::test]
async fn the_calendar_can_be_set_and_swaps_the_meter_when_it_is_time() {
    let caller = Caller::new().await;
    let before = account(&caller, Kind::MeterSwap).await;
    caller.simulator.clock.fix(TODAY.checked_add(jiff::Span::new().months(16)).unwrap());
    let after = account(&caller, Kind::MeterSwap).await;
    let serial = |account: &Value| text(&account["deliveryPoints"][0]["meter"]["serial"]);
    assert_ne!(serial(&before), serial(&after));
    assert_eq!(before["deliveryPoints"][0]["pointId"], after["deliveryPoints"][0]["pointId"]);
}
