//! Payers and their metering points.

use komunala_simulators::electricity::Kind;
use serde_json::json;

use crate::client::{Caller, refused};

#[tokio::test]
async fn without_the_token_nothing_is_told() {
    let caller = Caller::new().await;
    let path = format!("/merilno-mesto/{}", caller.payer(Kind::Ordinary).number());
    for path in [path.as_str(), "/no/such/address"] {
        let answer = caller.call("GET", path, &[("x-api-token", "another")], None).await.unwrap();
        assert_eq!(answer.refusal(), refused(401, "UNAUTHORIZED"));
    }
}

#[tokio::test]
async fn a_number_and_its_pin_name_all_points_of_the_payer() {
    let caller = Caller::new().await;
    let payer = caller.payer(Kind::SeveralPoints);
    let proved = caller.verify(&payer.number(), &payer.pin()).await.json();
    assert_eq!(proved["odjemalec"], json!(payer.id()));
    assert_eq!(proved["merilnaMesta"].as_array().unwrap().len(), 3);
    assert_eq!(proved["merilnaMesta"][0], json!(payer.number()));
}

#[tokio::test]
async fn a_wrong_pin_and_an_unknown_number_look_alike_and_a_lock_does_not() {
    let caller = Caller::new().await;
    let payer = caller.payer(Kind::Ordinary);
    let wrong = if payer.pin() == "0000" { "0001" } else { "0000" };
    assert_eq!(caller.verify(&payer.number(), wrong).await.refusal(), refused(403, "BAD_CREDENTIALS"));
    assert_eq!(caller.verify("6-000000", wrong).await.refusal(), refused(403, "BAD_CREDENTIALS"));
    let locked = caller.payer(Kind::Locked);
    assert_eq!(caller.verify(&locked.number(), &locked.pin()).await.refusal(), refused(423, "LOCKED"));
}

#[tokio::test]
async fn a_point_is_found_by_its_number_and_by_its_gsrn() {
    let caller = Caller::new().await;
    let number = caller.payer(Kind::SingleTariff).number();
    let point = caller.get(&format!("/merilno-mesto/{number}")).await.json();
    assert_eq!((&point["merilnoMesto"], &point["tarife"]), (&json!(number), &json!(1)));
    let by_gsrn = caller.get(&format!("/merilna-tocka/{}", point["gsrn"].as_str().unwrap())).await.json();
    assert_eq!(by_gsrn, point);
    let closed = format!("/merilno-mesto/{}", caller.payer(Kind::Closed).number());
    assert_eq!(caller.get(&closed).await.refusal(), refused(404, "NOT_FOUND"));
}
