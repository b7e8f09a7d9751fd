//! Tokens and the check of number and PIN.

use std::time::Duration;

use komunala_simulators::GasSimulator;
use komunala_simulators::gas::Kind;
use serde_json::json;

use crate::client::{Caller, refused};

#[tokio::test]
async fn a_token_is_in_force_for_900_seconds() {
    let caller = Caller::new().await;
    let answer = caller.fetch_token("komunala", "gas-secret").await.json();
    assert_eq!(answer["expires_in"], 900);
    assert!(!answer["access_token"].as_str().unwrap().is_empty());
}

#[tokio::test]
async fn a_wrong_secret_gets_no_token() {
    let caller = Caller::new().await;
    assert_eq!(caller.fetch_token("komunala", "wrong").await.refusal(), refused(401, "INVALID_CLIENT"));
    assert_eq!(caller.fetch_token("other", "gas-secret").await.refusal(), refused(401, "INVALID_CLIENT"));
}

#[tokio::test]
async fn without_a_token_nothing_is_told_and_an_expired_one_is_none() {
    let mut caller = Caller::of(GasSimulator::builder().token_lifetime(Duration::from_millis(300))).await;
    let path = format!("/v1/accounts/{}", caller.ordinary().account_id());
    assert_eq!(caller.get(&path).await.status, 200);
    tokio::time::sleep(Duration::from_millis(350)).await;
    assert_eq!(caller.get(&path).await.refusal(), refused(401, "UNAUTHORIZED"));
    caller.token = "invented".to_owned();
    assert_eq!(caller.get(&path).await.refusal(), refused(401, "UNAUTHORIZED"));
}

#[tokio::test]
async fn revoked_tokens_are_refused_and_a_new_one_works() {
    let mut caller = Caller::new().await;
    let path = format!("/v1/accounts/{}", caller.ordinary().account_id());
    caller.simulator.revoke_tokens();
    assert_eq!(caller.get(&path).await.status, 401);
    caller.token =
        caller.fetch_token("komunala", "gas-secret").await.json()["access_token"].as_str().unwrap().to_owned();
    assert_eq!(caller.get(&path).await.status, 200);
}

#[tokio::test]
async fn number_and_pin_lead_to_the_account() {
    let caller = Caller::new().await;
    let customer = caller.ordinary();
    let answer = caller.verify(&customer.number(), &customer.pin()).await;
    assert_eq!((answer.status, answer.json()), (200, json!({"accountId": customer.account_id()})));
}

#[tokio::test]
async fn leading_zeros_of_number_and_pin_count() {
    let caller = Caller::new().await;
    let zero = caller.simulator.ordinary(250).into_iter().find(|customer| customer.pin().starts_with('0')).unwrap();
    assert_eq!(caller.verify(&zero.number(), &zero.pin()).await.status, 200);
    assert_eq!(caller.verify(&zero.number(), zero.pin().trim_start_matches('0')).await.status, 403);
    assert_eq!(caller.verify(zero.number().trim_start_matches('0'), &zero.pin()).await.status, 403);
}

#[tokio::test]
async fn a_wrong_pin_an_unknown_customer_and_a_closed_account_get_one_answer() {
    let caller = Caller::new().await;
    let (customer, closed) = (caller.ordinary(), caller.customer(Kind::Closed));
    let wrong = caller.verify(&customer.number(), "99999").await;
    assert_eq!(wrong.refusal(), refused(403, "BAD_CREDENTIALS"));
    let unknown = caller.verify("9999999", "1234").await;
    let gone = caller.verify(&closed.number(), &closed.pin()).await;
    assert_eq!((wrong.status, &wrong.body), (unknown.status, &unknown.body));
    assert_eq!((wrong.status, &wrong.body), (gone.status, &gone.body));
}

#[tokio::test]
async fn too_many_wrong_pins_lock_and_the_lock_outlasts_the_right_pin() {
    let caller = Caller::of(GasSimulator::builder().lock_after(3)).await;
    let customer = caller.ordinary();
    for _ in 0..3 {
        assert_eq!(caller.verify(&customer.number(), "wrong").await.status, 403);
    }
    assert_eq!(caller.verify(&customer.number(), &customer.pin()).await.refusal(), refused(423, "LOCKED"));
    let other = caller.simulator.ordinary(2)[1];
    assert_eq!(caller.verify(&other.number(), &other.pin()).await.status, 200);
}

#[tokio::test]
async fn a_right_pin_in_between_starts_the_count_again() {
    let caller = Caller::of(GasSimulator::builder().lock_after(3)).await;
    let customer = caller.ordinary();
    for pin in ["wrong", "wrong", &customer.pin(), "wrong", "wrong"] {
        caller.verify(&customer.number(), pin).await;
    }
    assert_eq!(caller.verify(&customer.number(), &customer.pin()).await.status, 200);
}

#[tokio::test]
async fn some_customers_are_locked_from_the_start() {
    let caller = Caller::new().await;
    let locked = caller.customer(Kind::Locked);
    assert_eq!(caller.verify(&locked.number(), &locked.pin()).await.refusal(), refused(423, "LOCKED"));
}
