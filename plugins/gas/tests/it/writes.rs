//! Identity, delivery, requests and payments.

use komunala_adapter_sdk::{
    Date, Error,
    delivery::{Acknowledgement, DeliveryChannel},
    http::{Recorded, Response},
    payments::Payment,
    requests::{RequestKind, ServiceRequest},
};

use crate::recorded::{Ruma, json};

#[test]
fn a_wrong_pin_an_unknown_customer_and_a_lock_look_alike() {
    for (status, code) in [(403, "FORBIDDEN"), (423, "LOCKED"), (404, "NOT_FOUND"), (400, "BAD_VALUE")] {
        let body = format!(r#"{{"code":"{code}","message":"","fields":[]}}"#);
        assert_eq!(Recorded::new([json(status, &body)]).ruma().verify("1", "1"), Err(Error::BadCredentials));
    }
}

#[test]
fn leading_zeros_of_a_number_and_a_pin_count() {
    let recorded = Recorded::new([json(200, r#"{"accountId":"a-7f31"}"#)]);
    assert_eq!(recorded.ruma().verify("0012345", "0420").unwrap().account, "a-7f31");
    assert_eq!(recorded.asked()[0].body, r#"{"customerId":"0012345","pin":"0420"}"#);
}

#[test]
fn a_lost_answer_to_a_check_of_a_pin_is_no_wrong_pin() {
    assert_eq!(Recorded::new([Response::lost()]).ruma().verify("1", "1"), Err(Error::Unavailable(None)));
    assert_eq!(Recorded::new([json(500, "oops")]).ruma().verify("1", "1"), Err(Error::Unavailable(None)));
}

#[test]
fn the_channel_is_told_and_read_back() {
    let recorded = Recorded::new([json(200, r#"{"channel":"EMAIL"}"#), json(200, r#"{"channel":"PAPER"}"#)]);
    assert_eq!(recorded.ruma().set_channel("a", DeliveryChannel::Email), Ok(Acknowledgement::Applied));
    assert_eq!(recorded.ruma().channel("a"), Ok(DeliveryChannel::Paper));
    assert_eq!(recorded.asked()[0].body, r#"{"channel":"EMAIL"}"#);
    assert_eq!(recorded.lines(), ["Put /gas/v1/accounts/a/delivery", "Get /gas/v1/accounts/a/delivery"]);
}

#[test]
fn a_channel_that_was_not_taken_over_is_not_applied() {
    let recorded = Recorded::new([json(200, r#"{"channel":"PAPER"}"#)]);
    assert!(matches!(recorded.ruma().set_channel("a", DeliveryChannel::Email), Err(Error::Conflict(_))));
}

#[test]
fn a_request_goes_out_with_its_key() {
    let request = ServiceRequest {
        account: "a".into(),
        kind: RequestKind::DataChange,
        subject: "Име".into(),
        text: "Ново\nпрезиме".into(),
    };
    let recorded = Recorded::new([json(201, r#"{"requestId":"q-9"}"#), Response::lost()]);
    assert_eq!(recorded.ruma().create_request(&request, "key-0002"), Ok("q-9".to_owned()));
    assert!(matches!(recorded.ruma().create_request(&request, "key-0002"), Err(Error::OutcomeUnknown(_))));
    let asked = recorded.asked();
    assert_eq!(asked[0], asked[1]);
    assert_eq!(asked[0].header("idempotency-key"), Some("key-0002"));
    assert!(asked[0].body.contains(r#""kind":"DATA_CHANGE""#));
}

#[test]
fn a_payment_is_told_in_major_units() {
    let payment = Payment {
        account: "a".into(),
        invoice: "24-07-0012345".into(),
        amount: 258_724,
        currency: "RSD".into(),
        paid_on: Date { year: 2024, month: 8, day: 19 },
        reference: "IPS-1".into(),
    };
    let conflict = r#"{"code":"IDEMPOTENCY_CONFLICT","message":"","fields":[]}"#;
    let recorded = Recorded::new([json(201, r#"{"paymentId":"p-1"}"#), json(409, conflict)]);
    assert_eq!(recorded.ruma().report_payment(&payment, "key-0003"), Ok("p-1".to_owned()));
    assert!(matches!(recorded.ruma().report_payment(&payment, "key-0003"), Err(Error::Conflict(_))));
    assert_eq!(
        recorded.asked()[0].body,
        r#"{"accountId":"a","invoiceNo":"24-07-0012345","amount":"2587.24","currency":"RSD","paidOn":"2024-08-19","ref":"IPS-1"}"#
    );
}
