//! Delivery, requests and payments.

use komunala_simulators::gas::{Channel, Customer, Kind};
use serde_json::{Value, json};

use crate::client::{Caller, minor, refused, text};

#[tokio::test]
async fn delivery_starts_on_paper_can_be_set_twice_and_is_read_back() {
    let caller = Caller::new().await;
    let account = caller.ordinary().account_id();
    let path = format!("/v1/accounts/{account}/delivery");
    assert_eq!(caller.get(&path).await.json(), json!({"channel": "PAPER"}));
    for _ in 0..2 {
        let answer = caller.put(&path, json!({"channel": "EMAIL"})).await;
        assert_eq!((answer.status, answer.json()), (200, json!({"channel": "EMAIL"})));
    }
    assert_eq!(caller.get(&path).await.json(), json!({"channel": "EMAIL"}));
    assert_eq!(caller.simulator.delivery(&account), Channel::Email);
    let wrong = caller.put(&path, json!({"channel": "PIGEON"})).await;
    assert_eq!((wrong.refusal(), &wrong.json()["fields"]), (refused(400, "BAD_VALUE"), &json!(["channel"])));
    assert_eq!(caller.simulator.delivery(&account), Channel::Email);
}

fn request(customer: Customer) -> Value {
    json!({"accountId": customer.account_id(), "kind": "COMPLAINT", "subject": "Račun", "text": "Зашто?"})
}

#[tokio::test]
async fn a_request_is_filed_once_per_key() {
    let caller = Caller::new().await;
    let body = request(caller.ordinary());
    let first = caller.write("/v1/requests", "k1", body.clone()).await;
    assert_eq!(first.status, 201);
    assert!(first.json()["requestId"].is_string());
    let again = caller.write("/v1/requests", "k1", body.clone()).await;
    assert_eq!((again.status, again.body), (201, first.body.clone()));
    let other = caller.write("/v1/requests", "k2", body).await;
    assert_ne!(other.body, first.body);
    let filed = caller.simulator.filed_requests();
    assert_eq!((filed.len(), filed[0].text.as_str()), (2, "Зашто?"));
}

#[tokio::test]
async fn a_request_needs_a_kind_a_subject_a_text_and_an_account() {
    let caller = Caller::new().await;
    for (field, value) in [("kind", "RANT"), ("subject", " "), ("text", "")] {
        let mut body = request(caller.ordinary());
        body[field] = json!(value);
        let answer = caller.write("/v1/requests", "k", body).await;
        assert_eq!((answer.refusal(), &answer.json()["fields"]), (refused(400, "BAD_VALUE"), &json!([field])));
    }
    let closed = caller.write("/v1/requests", "k", request(caller.customer(Kind::Closed))).await;
    assert_eq!(closed.refusal(), refused(404, "NOT_FOUND"));
    assert!(caller.simulator.filed_requests().is_empty());
}

fn payment(customer: Customer) -> Value {
    json!({
        "accountId": customer.account_id(), "invoiceNo": format!("24-07-{}", customer.number()),
        "amount": "100.50", "currency": "RSD", "paidOn": "2024-08-14", "ref": "IPS-1",
    })
}

#[tokio::test]
async fn a_payment_stands_on_the_card_and_lowers_the_balance() {
    let caller = Caller::new().await;
    let customer = caller.ordinary();
    let balance = format!("/v1/accounts/{}/balance", customer.account_id());
    let before = minor(&caller.get(&balance).await.json()["balance"]);
    let answer = caller.write("/v1/payments", "k1", payment(customer)).await;
    assert_eq!(answer.status, 201);
    assert_eq!(caller.write("/v1/payments", "k1", payment(customer)).await.body, answer.body);
    assert_eq!(minor(&caller.get(&balance).await.json()["balance"]), before - 10_050);
    let rows = caller.list(&format!("/v1/accounts/{}/card?from=2024-08-14", customer.account_id()), 200).await;
    let row = rows.iter().find(|row| row["ref"] == "IPS-1").unwrap();
    assert_eq!(
        (&row["kind"], &row["credit"], text(&row["date"])),
        (&json!("PAYMENT"), &json!("100.50"), "2024-08-14".to_owned())
    );
    let paid_in = caller.simulator.paid_in(&customer.account_id());
    assert_eq!((paid_in.len(), &paid_in[0].payment_id), (1, &text(&answer.json()["paymentId"])));
}

#[tokio::test]
async fn a_payment_must_be_of_the_accounts_invoice_in_its_currency_and_not_of_tomorrow() {
    let caller = Caller::new().await;
    let customer = caller.ordinary();
    let wrong =
        [("amount", "0.00"), ("amount", "-5.00"), ("amount", "1.005"), ("currency", "EUR"), ("paidOn", "2024-08-16")];
    for (field, value) in wrong {
        let mut body = payment(customer);
        body[field] = json!(value);
        let answer = caller.write("/v1/payments", "k", body).await;
        assert_eq!(
            (answer.refusal(), &answer.json()["fields"]),
            (refused(400, "BAD_VALUE"), &json!([field])),
            "{value}"
        );
    }
    let mut others = payment(customer);
    others["invoiceNo"] = json!(format!("24-07-{}", caller.simulator.ordinary(2)[1].number()));
    assert_eq!(caller.write("/v1/payments", "k", others).await.refusal(), refused(404, "NOT_FOUND"));
}

#[tokio::test]
async fn one_key_serves_one_write_of_each_sort() {
    let caller = Caller::new().await;
    let customer = caller.ordinary();
    assert_eq!(caller.write("/v1/requests", "k1", request(customer)).await.status, 201);
    assert_eq!(caller.write("/v1/payments", "k1", payment(customer)).await.status, 201);
    let mut other = payment(customer);
    other["amount"] = json!("1.00");
    assert_eq!(caller.write("/v1/payments", "k1", other).await.refusal(), refused(409, "IDEMPOTENCY_CONFLICT"));
}
