use komunala_domain::Money;

use super::*;

fn order(payment: PaymentId, amount: &str, status: &str) -> serde_json::Value {
    json!({ "shop_order_number": payment, "bill_amount": amount, "status": status, "shop_bill_id": "9001",
            "pay_date": "06.02.2026 12:30:00", "error_code": "0" })
}

fn looked_up(payment: PaymentId, orders: serde_json::Value) -> Result<Report, GatewayError> {
    read(orders.to_string().as_bytes(), payment)
}

#[test]
fn an_answer_says_what_became_of_an_order() {
    let payment = PaymentId::new();
    let report = looked_up(payment, json!([order(payment, "596.13", "PAYED")])).unwrap();
    assert_eq!(report.verdict, Verdict::Paid);
    assert_eq!(report.amount, Some(Money { minor: 59_613, currency: Currency::UAH }));
    assert_eq!(report.paid_on, Some(jiff::civil::date(2026, 2, 6)));
    for (status, verdict) in [("CREATED", Verdict::Open), ("REJECTED", Verdict::Failed), ("RETURN", Verdict::Reversed)]
    {
        assert_eq!(looked_up(payment, json!([order(payment, "1", status)])).unwrap().verdict, verdict, "{status}");
    }
    assert_eq!(looked_up(payment, json!([])).unwrap().verdict, Verdict::Open, "nobody has come yet");
}

#[test]
fn of_several_attempts_the_one_that_was_paid_counts() {
    let payment = PaymentId::new();
    let attempts =
        json!([order(payment, "5", "REJECTED"), order(payment, "5", "PAYED"), order(payment, "5", "REJECTED")]);
    assert_eq!(looked_up(payment, attempts).unwrap().verdict, Verdict::Paid);
}

#[test]
fn an_answer_about_another_order_is_none() {
    let (payment, other) = (PaymentId::new(), PaymentId::new());
    assert!(looked_up(payment, json!([order(other, "5", "PAYED")])).is_err());
    for wrong in [
        json!({}),
        json!([{"status": "PAYED"}]),
        json!([order(payment, "5,00", "PAYED")]),
        json!([order(payment, "5", "?")]),
    ] {
        assert!(looked_up(payment, wrong.clone()).is_err(), "{wrong}");
    }
}

#[test]
fn a_call_back_names_a_payment_and_nothing_that_counts() {
    let shop = Shop {
        issuer: None,
        merchant: "1185".into(),
        login: Some("shop".into()),
        secret: "password".into(),
        endpoint: "https://gateway.example/".into(),
    };
    let portmone = Portmone::new(shop, Exchange::new()).unwrap();
    let payment = PaymentId::new();
    let said = format!("SHOPORDERNUMBER={payment}&BILL_AMOUNT=596.13&RESULT=0");
    let report = portmone.read_callback(said.as_bytes()).unwrap();
    assert_eq!((report.verdict, report.payment), (Verdict::Open, Some(payment)));
    assert_eq!(report.amount.map(|amount| amount.minor), Some(59_613));
    let twice = format!("{said}&shopordernumber={}", PaymentId::new());
    for wrong in ["", "SHOPORDERNUMBER=1", &twice] {
        assert_eq!(portmone.read_callback(wrong.as_bytes()), Err(CallbackError::Malformed), "{wrong}");
    }
}
