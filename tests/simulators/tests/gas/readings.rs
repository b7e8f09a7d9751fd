//! Meter readings: the list, what is taken and what is not, receipts.

use std::time::Duration;

use jiff::civil::Date;
use komunala_simulators::GasSimulator;
use komunala_simulators::gas::{Customer, Kind};
use serde_json::{Value, json};

use crate::client::{Answer, Caller, refused, text};

/// A meter to submit readings of, with its newest reading.
struct Meter {
    point: String,
    serial: String,
    newest: i64,
}

impl Meter {
    async fn of(caller: &Caller, customer: Customer) -> Self {
        let (point, serial, newest) = caller.meter(customer).await;
        Self { point, serial, newest: text(&newest["value"]).parse().unwrap() }
    }

    async fn submit(&self, caller: &Caller, key: &str, read_on: &str, value: impl ToString) -> Answer {
        caller.write("/v1/readings", key, self.body(read_on, value)).await
    }

    fn body(&self, read_on: &str, value: impl ToString) -> Value {
        json!({"pointId": self.point, "serial": self.serial, "readOn": read_on, "value": value.to_string()})
    }

    async fn values(&self, caller: &Caller, read_on: &str) -> Vec<String> {
        let path = format!("/v1/points/{}/readings?from={read_on}&to={read_on}", self.point);
        caller.list(&path, 200).await.iter().map(|reading| text(&reading["value"])).collect()
    }
}

async fn caller_and_meter() -> (Caller, Meter) {
    let caller = Caller::new().await;
    let meter = Meter::of(&caller, caller.ordinary()).await;
    (caller, meter)
}

#[tokio::test]
async fn the_operator_reads_every_meter_at_the_end_of_the_month() {
    let (caller, meter) = caller_and_meter().await;
    let readings = caller.list(&format!("/v1/points/{}/readings", meter.point), 7).await;
    assert!(readings.len() >= 25);
    assert!(readings.iter().all(|reading| ["OPERATOR", "ESTIMATE"].contains(&reading["source"].as_str().unwrap())));
    assert!(readings.iter().any(|reading| reading["readOn"] == "2024-07-31"));
    let invoice = caller.get(&format!("/v1/invoices/24-07-{}", caller.ordinary().number())).await.json();
    assert_eq!(text(&invoice["reads"][0]["to"]), meter.newest.to_string());
}

#[tokio::test]
async fn a_meter_swap_gives_two_serials_on_one_day() {
    let caller = Caller::new().await;
    let point = format!("R-{}", caller.customer(Kind::MeterSwap).number());
    let readings = caller.list(&format!("/v1/points/{point}/readings"), 200).await;
    let twice = readings.windows(2).find(|pair| pair[0]["readOn"] == pair[1]["readOn"]).unwrap();
    assert_ne!(twice[0]["serial"], twice[1]["serial"]);
}

#[tokio::test]
async fn a_submitted_reading_is_accepted_listed_and_posted_after_a_while() {
    let caller = Caller::of(GasSimulator::builder().posting(Duration::from_millis(300))).await;
    let meter = Meter::of(&caller, caller.ordinary()).await;
    let answer = meter.submit(&caller, "k1", "2024-08-15", meter.newest + 9).await;
    assert_eq!((answer.status, &answer.json()["state"]), (202, &json!("ACCEPTED")));
    let receipt = format!("/v1/readings/{}", text(&answer.json()["receiptId"]));
    assert_eq!(caller.get(&receipt).await.json()["state"], "ACCEPTED");
    let listed = caller.list(&format!("/v1/points/{}/readings?from=2024-08-15", meter.point), 20).await;
    assert_eq!(
        (&listed[0]["source"], &listed[0]["value"]),
        (&json!("CUSTOMER"), &json!((meter.newest + 9).to_string()))
    );
    tokio::time::sleep(Duration::from_millis(350)).await;
    let posted = caller.get(&receipt).await.json();
    assert_eq!((&posted["state"], &posted["reason"]), (&json!("POSTED"), &Value::Null));
    assert_eq!(caller.get("/v1/receipts?key=k1").await.json(), posted);
}

#[tokio::test]
async fn a_reading_that_is_rejected_later_says_why_and_is_not_listed() {
    let caller = Caller::of(GasSimulator::builder().posting(Duration::ZERO)).await;
    let meter = Meter::of(&caller, caller.ordinary()).await;
    caller.simulator.switches.change(|switches| switches.reject_postings = Some("meter was being serviced".to_owned()));
    let answer = meter.submit(&caller, "k1", "2024-08-15", meter.newest + 9).await;
    assert_eq!(answer.status, 202);
    let receipt = caller.get("/v1/receipts?key=k1").await.json();
    assert_eq!((&receipt["state"], &receipt["reason"]), (&json!("REJECTED"), &json!("meter was being serviced")));
    assert!(meter.values(&caller, "2024-08-15").await.is_empty());
}

#[tokio::test]
async fn a_second_reading_on_one_day_replaces_the_first() {
    let (caller, meter) = caller_and_meter().await;
    meter.submit(&caller, "k1", "2024-08-15", meter.newest + 20).await;
    let second = meter.submit(&caller, "k2", "2024-08-15", meter.newest + 11).await;
    assert_eq!(second.status, 202, "lower than the one it replaces, and yet taken");
    assert_eq!(meter.values(&caller, "2024-08-15").await, [(meter.newest + 11).to_string()]);
}

#[tokio::test]
async fn any_past_day_is_taken_and_a_future_one_is_not() {
    let (caller, meter) = caller_and_meter().await;
    let june = caller.list(&format!("/v1/points/{}/readings?from=2023-06-30&to=2023-06-30", meter.point), 20).await;
    let then: i64 = text(&june[0]["value"]).parse().unwrap();
    assert_eq!(meter.submit(&caller, "k1", "2023-07-01", then).await.status, 202);
    let future = meter.submit(&caller, "k2", "2024-08-16", meter.newest + 9).await;
    assert_eq!(future.refusal(), refused(422, "WINDOW_CLOSED"));
}

#[tokio::test]
async fn a_lower_value_and_one_that_cannot_be_are_refused() {
    let (caller, meter) = caller_and_meter().await;
    let lower = meter.submit(&caller, "k1", "2024-08-15", meter.newest - 1).await;
    assert_eq!(lower.refusal(), refused(422, "READ_LOWER"));
    assert_eq!(lower.json()["fields"], json!(["value"]));
    let high = meter.submit(&caller, "k2", "2024-08-15", meter.newest + 20_000).await;
    assert_eq!(high.refusal(), refused(422, "READ_HIGH"));
    assert_eq!(meter.submit(&caller, "k3", "2024-08-15", meter.newest).await.status, 202, "an equal value passes");
}

#[tokio::test]
async fn a_value_above_a_later_reading_is_too_high_for_its_day() {
    let (caller, meter) = caller_and_meter().await;
    let answer = meter.submit(&caller, "k1", "2024-07-30", meter.newest + 1).await;
    assert_eq!(answer.refusal(), refused(422, "READ_HIGH"));
}

#[tokio::test]
async fn a_plausible_rollover_is_no_lower_value() {
    let caller = Caller::new().await;
    let customer = caller.customer(Kind::Rollover);
    let point = format!("R-{}", customer.number());
    let readings = caller.list(&format!("/v1/points/{point}/readings"), 200).await;
    let value = |reading: &Value| text(&reading["value"]).parse::<i64>().unwrap();
    let rolled = readings.windows(2).rev().find(|pair| value(&pair[1]) < value(&pair[0])).unwrap();
    // The calendar is set to the month's end before the register rolled over; then a little past zero is submitted.
    let before: Date = text(&rolled[0]["readOn"]).parse().unwrap();
    caller.simulator.clock.fix(before.checked_add(jiff::Span::new().days(28)).unwrap());
    let meter = Meter { point, serial: text(&rolled[0]["serial"]), newest: value(&rolled[0]) };
    let today = caller.simulator.clock.today().to_string();
    assert_eq!(meter.submit(&caller, "k1", &today, value(&rolled[1]).min(5)).await.status, 202);
    let lower = meter.submit(&caller, "k2", &today, meter.newest - 1).await;
    assert_eq!(lower.refusal(), refused(422, "READ_LOWER"), "all the way round cannot be");
}

#[tokio::test]
async fn values_that_are_none_and_meters_that_are_not_shown_are_refused() {
    let (caller, meter) = caller_and_meter().await;
    for (key, value) in ["", "-1", "12,5", "12.5", "100000", "1e3", "twelve"].into_iter().enumerate() {
        let answer = meter.submit(&caller, &format!("v{key}"), "2024-08-15", value).await;
        assert_eq!(answer.refusal(), refused(400, "BAD_VALUE"), "{value:?}");
    }
    let day = meter.submit(&caller, "d", "15.08.2024", meter.newest).await;
    assert_eq!((day.refusal(), &day.json()["fields"]), (refused(400, "BAD_VALUE"), &json!(["readOn"])));
    for (serial, point) in [("G4-0", meter.point.as_str()), (meter.serial.as_str(), "R-9999999")] {
        let body = json!({"pointId": point, "serial": serial, "readOn": "2024-08-15", "value": "1"});
        assert_eq!(caller.write("/v1/readings", "m", body).await.refusal(), refused(400, "METER_UNKNOWN"));
    }
    let number = json!({"pointId": meter.point, "serial": meter.serial, "readOn": "2024-08-15", "value": meter.newest});
    assert_eq!(caller.write("/v1/readings", "n", number).await.refusal(), refused(400, "BAD_REQUEST"));
}

#[tokio::test]
async fn only_the_meter_that_the_account_shows_takes_readings_for_earlier_days_too() {
    let caller = Caller::new().await;
    let customer = caller.customer(Kind::MeterSwap);
    let meter = Meter::of(&caller, customer).await;
    let readings = caller.list(&format!("/v1/points/{}/readings", meter.point), 200).await;
    let old = readings.iter().rfind(|reading| reading["serial"] != meter.serial).unwrap();
    let removed =
        json!({"pointId": meter.point, "serial": old["serial"], "readOn": old["readOn"], "value": old["value"]});
    assert_eq!(caller.write("/v1/readings", "k1", removed).await.refusal(), refused(400, "METER_UNKNOWN"));
    let first = readings.iter().find(|reading| reading["serial"] == meter.serial).unwrap();
    assert_eq!(meter.submit(&caller, "k2", &text(&first["readOn"]), text(&first["value"])).await.status, 202);
}

#[tokio::test]
async fn a_business_meter_shows_decimals() {
    let caller = Caller::of(GasSimulator::builder().customers(1_000)).await;
    let business = |customer: &Customer| customer.category() == komunala_simulators::gas::Category::Business;
    let customer = caller.simulator.ordinary(1_000).into_iter().find(business).unwrap();
    let (point, serial, newest) = caller.meter(customer).await;
    let value = text(&newest["value"]);
    let (whole, decimals) = value.split_once('.').unwrap();
    assert_eq!(decimals.len(), 2);
    let more = format!("{}.5", whole.parse::<i64>().unwrap() + 3);
    let body = json!({"pointId": point, "serial": serial, "readOn": "2024-08-15", "value": more});
    assert_eq!(caller.write("/v1/readings", "k", body).await.status, 202);
}

#[tokio::test]
async fn the_same_key_and_body_give_the_same_answer_and_write_once() {
    let (caller, meter) = caller_and_meter().await;
    let first = meter.submit(&caller, "k1", "2024-08-15", meter.newest + 9).await;
    let again = meter.submit(&caller, "k1", "2024-08-15", meter.newest + 9).await;
    assert_eq!((first.status, &first.body), (again.status, &again.body));
    assert_eq!(caller.simulator.submitted_readings().len(), 1);
    assert_eq!(caller.simulator.counters.writes("POST /v1/readings"), 1);
    let other = meter.submit(&caller, "k1", "2024-08-15", meter.newest + 10).await;
    assert_eq!(other.refusal(), refused(409, "IDEMPOTENCY_CONFLICT"));
}

#[tokio::test]
async fn a_refused_reading_uses_up_no_key() {
    let (caller, meter) = caller_and_meter().await;
    assert_eq!(meter.submit(&caller, "k1", "2024-08-15", meter.newest - 1).await.status, 422);
    assert_eq!(caller.get("/v1/receipts?key=k1").await.refusal(), refused(404, "NOT_FOUND"));
    assert_eq!(meter.submit(&caller, "k1", "2024-08-15", meter.newest + 9).await.status, 202);
}

#[tokio::test]
async fn a_reading_without_a_key_is_refused() {
    let (caller, meter) = caller_and_meter().await;
    let answer = caller.post("/v1/readings", meter.body("2024-08-15", meter.newest)).await;
    assert_eq!((answer.refusal(), &answer.json()["fields"]), (refused(400, "BAD_VALUE"), &json!(["Idempotency-Key"])));
    assert_eq!(caller.get("/v1/readings/rc-000001").await.refusal(), refused(404, "NOT_FOUND"));
}

#[tokio::test]
async fn concurrent_requests_with_one_key_write_once() {
    let (caller, meter) = caller_and_meter().await;
    let body = || meter.body("2024-08-15", meter.newest + 9);
    let answers = tokio::join!(
        caller.write("/v1/readings", "k1", body()),
        caller.write("/v1/readings", "k1", body()),
        caller.write("/v1/readings", "k1", body()),
    );
    assert!([&answers.0, &answers.1, &answers.2].iter().all(|answer| answer.body == answers.0.body));
    assert_eq!(caller.simulator.submitted_readings().len(), 1);
}
