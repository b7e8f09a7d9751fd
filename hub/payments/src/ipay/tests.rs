use komunala_domain::Money;

use super::*;

fn ipay() -> Ipay {
    let shop = Shop {
        issuer: None,
        merchant: "2023".into(),
        login: None,
        secret: "sign key".into(),
        endpoint: "https://checkout.example/api302".into(),
    };
    Ipay::new(shop, Exchange::new()).unwrap()
}

/// A call-back of a payment, signed under a key.
fn callback(payment: PaymentId, key: &str, kopiykas: &str, merchant: &str) -> Vec<u8> {
    let key = hmac::Key::new(hmac::HMAC_SHA512, key.as_bytes());
    let sign = hex::encode(hmac::sign(&key, b"salt"));
    let xml = format!(
        "<payment><pid>77</pid><status>5</status><amount>{kopiykas}</amount><salt>salt</salt><sign>{sign}</sign>\
         <transactions><transaction><mch_id>{merchant}</mch_id><currency>UAH</currency>\
         <info>{}</info></transaction></transactions></payment>",
        order(payment)
    );
    form_urlencoded::Serializer::new(String::new()).append_pair("xml", &xml).finish().into_bytes()
}

#[test]
fn a_request_is_signed_by_its_salt() {
    let request = ipay().request(|sentence| {
        sentence.value("desc", "Рахунок <7> & \"8\"");
    });
    let (_, xml) = form_urlencoded::parse(request.as_bytes()).next().unwrap();
    let document = Document::read(xml.as_bytes()).unwrap();
    let (salt, sign) = (document.text("auth/salt").unwrap(), document.text("auth/sign").unwrap());
    let key = hmac::Key::new(hmac::HMAC_SHA512, b"sign key");
    hmac::verify(&key, salt.as_bytes(), &hex::decode(sign).unwrap()).unwrap();
    assert_eq!(document.text("auth/mch_id"), Some("2023"));
    assert_eq!(document.text("desc"), Some("Рахунок <7> & \"8\""));
}

#[test]
fn a_call_back_says_what_it_claims_if_its_signature_is_right() {
    let (ipay, payment) = (ipay(), PaymentId::new());
    let right = callback(payment, "sign key", "59613", "2023");
    assert_eq!(ipay.named_in(&right), Some(payment));
    let report = ipay.read_callback(&right).unwrap();
    assert_eq!(report.verdict, Verdict::Paid);
    assert_eq!(report.amount, Some(Money { minor: 59_613, currency: Currency::UAH }));
    assert_eq!((report.payment, report.merchant.as_deref()), (Some(payment), Some("2023")));

    let forged = callback(payment, "another key", "59613", "2023");
    assert_eq!(ipay.named_in(&forged), Some(payment), "whom it names is known, whoever it is from");
    assert_eq!(ipay.read_callback(&forged), Err(CallbackError::Forged));
}

#[test]
fn what_is_no_call_back_is_none() {
    let ipay = ipay();
    let long = format!("xml={}", "a".repeat(LONGEST_CALLBACK));
    for wrong in ["", "xml=", "data=<payment/>", "xml=%3Cpayment%3E", &long] {
        assert_eq!(ipay.named_in(wrong.as_bytes()), None);
        assert_eq!(ipay.read_callback(wrong.as_bytes()), Err(CallbackError::Malformed), "{:.20}", wrong);
    }
    let unsigned = form_urlencoded::Serializer::new(String::new())
        .append_pair("xml", "<payment><status>5</status></payment>")
        .finish();
    assert_eq!(ipay.read_callback(unsigned.as_bytes()), Err(CallbackError::Forged));
}

#[test]
fn payers_are_sent_to_web_addresses_alone() {
    assert!(is_web_address("https://checkout.example/p/1?x=y"));
    for wrong in
        ["javascript:alert(1)", "http://checkout.example/", "https://", "//x", "https://a b", "data:text/html,x"]
    {
        assert!(!is_web_address(wrong), "{wrong}");
    }
}
