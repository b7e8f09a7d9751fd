//! Bills in three forms.

use komunala_simulators::electricity::Kind;
use serde_json::json;

use crate::client::{Caller, refused};

#[tokio::test]
async fn the_bills_of_a_point_are_those_of_24_months_and_can_be_narrowed_down() {
    let caller = Caller::new().await;
    let list = format!("/racuni?merilnoMesto={}", caller.payer(Kind::Ordinary).number());
    let bills = caller.get(&list).await.json();
    assert_eq!(bills.as_array().unwrap().len(), 24);
    assert_eq!((&bills[0]["obdobje"], &bills[23]["obdobje"]), (&json!("2023-10"), &json!("2025-09")));
    let count = async |range: &str| caller.get(&format!("{list}{range}")).await.json().as_array().unwrap().len();
    assert_eq!(count("&od=2025-07&do=2025-08").await, 2, "by their months");
    assert_eq!(count("&od=2025-08-09&do=2025-10-08").await, 2, "by their days of issue");
}

#[tokio::test]
async fn a_bill_has_the_form_that_is_asked_for() {
    let caller = Caller::new().await;
    let bills = caller.get(&format!("/racuni?merilnoMesto={}", caller.payer(Kind::Ordinary).number())).await.json();
    let bill = format!("/racuni/{}", bills[23]["id"].as_str().unwrap());
    assert_eq!(caller.get(&bill).await.json(), bills[23]);
    assert!(caller.get_as(&bill, "application/xml").await.text().contains("urn:eslog:2.00"));
    assert!(caller.get_as(&bill, "application/pdf").await.body.starts_with(b"%PDF-"));
    assert_eq!(caller.get_as(&bill, "text/csv").await.refusal(), refused(406, "NOT_ACCEPTABLE"));
}

#[tokio::test]
async fn the_bill_of_an_open_month_says_from_when_on_it_will_be_there() {
    let caller = Caller::new().await;
    let number = caller.payer(Kind::Ordinary).number();
    let open = caller.get(&format!("/racuni/R-{number}-2025-10")).await;
    assert_eq!(open.refusal(), refused(409, "PERIOD_OPEN"));
    assert_eq!(open.json()["availableFrom"], json!("2025-11-08"));
    assert_eq!(caller.get(&format!("/racuni/R-{number}-2030-01")).await.refusal(), refused(404, "NOT_FOUND"));
}
