//! What a gateway of settings makes of what it is sent.

use serde_json::json;

use super::*;

fn gateway() -> Json {
    let pointer = |pointer: &str| Some(pointer.to_owned());
    let interface = JsonInterface {
        method: "POST".to_owned(),
        headers: vec![("authorization".to_owned(), "App {secret}".to_owned())],
        body: json!({ "to": "{to}", "text": "{text}", "ref": "{message}" }),
        reference: pointer("/id"),
        error: pointer("/error/code"),
        callbacks: JsonCallbacks {
            message: pointer("/ref"),
            reference: pointer("/id"),
            state: pointer("/status/name"),
            delivered: vec!["DELIVERED".to_owned()],
            failed: vec!["EXPIRED".to_owned(), "REJECTED".to_owned()],
            buffered: vec!["PENDING".to_owned()],
            incoming_id: pointer("/results/0/id"),
            incoming_from: pointer("/results/0/from"),
            incoming_text: pointer("/results/0/text"),
        },
    };
    interface.check().unwrap();
    let account = Account {
        endpoint: "https://sms.example/send".to_owned(),
        user: None,
        secret: "key".to_owned().into(),
        callback_secret: "sixteen letters!".to_owned().into(),
        sender: None,
        transliterate: false,
    };
    Json::new(interface, account, Exchange::new()).unwrap()
}

fn receipt(body: &Value) -> Result<Option<Receipt>, CallbackError> {
    let body = body.to_string();
    let authorization = Some("Bearer sixteen letters!");
    gateway().receipt(&Callback { query: "", authorization, body: body.as_bytes() })
}

#[test]
fn a_receipt_names_the_text_by_the_hubs_id_or_by_the_gateways() {
    let message = komunala_domain::ids::MessageId::new();
    let said = receipt(&json!({ "ref": message, "status": { "name": "delivered" } })).unwrap().unwrap();
    assert_eq!(said, Receipt { about: About::Message(message), state: ReceiptState::Delivered });
    let said = receipt(&json!({ "id": 17, "status": { "name": "EXPIRED" } })).unwrap().unwrap();
    assert_eq!(said, Receipt { about: About::Reference("17".to_owned()), state: ReceiptState::Failed });
    assert_eq!(receipt(&json!({ "id": "17", "status": { "name": "QUEUED" } })), Ok(None));
    for none in [json!({ "status": { "name": "PENDING" } }), json!({ "id": "17" }), json!([])] {
        assert_eq!(receipt(&none), Err(CallbackError::Malformed), "{none}");
    }
}

#[test]
fn what_comes_without_the_secret_is_not_even_read() {
    let callback = Callback { query: "", authorization: None, body: b"no JSON" };
    assert_eq!(gateway().receipt(&callback), Err(CallbackError::Forged));
    assert_eq!(gateway().incoming(&callback), Err(CallbackError::Forged));
}

#[test]
fn a_text_from_a_phone_is_found_where_the_settings_say() {
    let body = json!({ "results": [{ "id": "a1", "from": "38640123456", "text": "6-123456 PRIJAVA" }] }).to_string();
    let callback = Callback { query: "secret=sixteen+letters!", authorization: None, body: body.as_bytes() };
    let text = gateway().incoming(&callback).unwrap();
    assert_eq!((text.id.as_str(), text.from.as_str(), text.text.as_str()), ("a1", "+38640123456", "6-123456 PRIJAVA"));
}

#[test]
fn only_a_code_of_an_error_is_repeated() {
    assert!(
        is_code("EC_INVALID_DESTINATION") && is_code("17") && !is_code("+38640123456") && !is_code("to 38640123456")
    );
    assert!(!is_error(&json!(null)) && !is_error(&json!(0)) && !is_error(&json!("")) && is_error(&json!("x")));
}
