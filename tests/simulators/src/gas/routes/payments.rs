//! Payments that are told to the billing system.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Desk, body, once};
use crate::amount::Amount;
use crate::gas::page::day;
use crate::gas::payment::PaidIn;
use crate::gas::refusal::Refusal;
use crate::gas::written::Keyed;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Paying {
    account_id: String,
    invoice_no: String,
    amount: String,
    currency: String,
    paid_on: String,
    #[serde(rename = "ref")]
    reference: String,
}

/// `POST /v1/payments`
pub(super) async fn book(
    State(desk): State<Desk>,
    headers: HeaderMap,
    bytes: Bytes,
) -> Result<(StatusCode, Json<Value>), Refusal> {
    let paying: Paying = body(&bytes)?;
    // Looked up before the lock is taken, for looking up takes it too.
    let payment = payment(&desk, paying);
    let answer = once(&desk, Keyed::Payment, "POST /v1/payments", &headers, &bytes, |written| {
        let payment_id = written.book(payment?);
        Ok(json!({"paymentId": payment_id}))
    })?;
    Ok((StatusCode::CREATED, Json(answer)))
}

fn payment(desk: &Desk, paying: Paying) -> Result<PaidIn, Refusal> {
    let system = &desk.system;
    let customer = system.customer(&paying.account_id)?;
    let (payer, _) = system.invoice(&paying.invoice_no)?;
    if payer != customer {
        return Err(Refusal::not_found("invoice"));
    }
    let amount = Amount::parse(&paying.amount).filter(|amount| *amount > Amount::ZERO);
    if paying.currency != system.utility().currency() {
        return Err(Refusal::bad_value("currency"));
    }
    Ok(PaidIn {
        payment_id: String::new(),
        account_id: paying.account_id,
        invoice_no: paying.invoice_no,
        amount: amount.ok_or(Refusal::bad_value("amount"))?,
        paid_on: day(&paying.paid_on)
            .filter(|paid_on| *paid_on <= system.today())
            .ok_or(Refusal::bad_value("paidOn"))?,
        reference: paying.reference,
    })
}
