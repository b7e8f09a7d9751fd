use super::*;
use crate::proto::{operator::v1 as operator, v1};

fn registration() -> v1::RegisterRequest {
    v1::RegisterRequest {
        provider: "gas-town".into(),
        customer_number: "0012345".into(),
        pin: "0042".into(),
        email: "ana@example.org".into(),
        password: "correct horse".into(),
        given_name: "Ana".into(),
        language_code: "sr-Latn".into(),
        bill_delivery: v1::BillDelivery::Email.into(),
        accepted_documents: vec![v1::AcceptedDocument {
            document: "terms".into(),
            version: "2024-05".into(),
            ..Default::default()
        }],
        request_id: "6f7b2a34-53a5-4a49-8f5e-0d6a4c6c7a10".into(),
        ..Default::default()
    }
}

fn fields(request: &impl Validate) -> Vec<String> {
    let mut found = Violations::default();
    request.check(&mut found);
    found.into_inner().into_iter().map(|violation| violation.field).collect()
}

#[test]
fn a_request_within_its_bounds_passes() {
    assert_eq!(fields(&registration()), Vec::<String>::new());
    assert_eq!(
        fields(&v1::ListInvoicesRequest { parent: "providers/-/accounts/-".into(), ..Default::default() }),
        [""; 0]
    );
}

#[test]
fn each_field_out_of_its_bounds_is_named_by_its_path() {
    let wrong = v1::RegisterRequest {
        provider: "Gas Town".into(),
        customer_number: "1\0".into(),
        pin: String::new(),
        email: "ana@example.org\r\nBcc: eva@example.org".into(),
        password: "short".into(),
        given_name: "x".repeat(129),
        family_name: "\u{7}".into(),
        language_code: "serbian language".into(),
        bill_delivery: 9,
        accepted_documents: vec![v1::AcceptedDocument {
            document: "terms".into(),
            version: String::new(),
            ..Default::default()
        }],
        request_id: "1".into(),
        ..Default::default()
    };
    assert_eq!(
        fields(&wrong),
        [
            "provider",
            "customer_number",
            "pin",
            "email",
            "password",
            "given_name",
            "family_name",
            "language_code",
            "bill_delivery",
            "accepted_documents[0].version",
            "request_id"
        ]
    );
}

#[test]
fn lists_and_numbers_have_bounds_too() {
    let many = v1::RegisterRequest {
        accepted_documents: vec![
            v1::AcceptedDocument {
                document: "terms".into(),
                version: "1".into(),
                ..Default::default()
            };
            17
        ],
        ..registration()
    };
    assert_eq!(fields(&many), ["accepted_documents"]);
    let page = v1::ListProvidersRequest { page_size: -1, page_token: "!".into() };
    assert_eq!(fields(&page), ["page_size", "page_token"]);
    let reading = v1::SubmitReadingRequest { parent: "providers/p/accounts/a".into(), ..Default::default() };
    assert_eq!(fields(&reading), ["parent", "reading_date", "registers"]);
    let delivery = v1::SetBillDeliveryRequest { name: "providers/p/accounts/a".into(), ..Default::default() };
    assert_eq!(fields(&delivery), ["bill_delivery"]);
}

#[test]
fn a_request_made_of_violations_gets_a_bounded_answer() {
    let bad = v1::AcceptedDocument::default();
    let wrong = v1::RegisterRequest { accepted_documents: vec![bad; 100_000], ..registration() };
    assert_eq!(fields(&wrong).len(), 32);
}

#[test]
fn what_operators_send_is_bounded_and_a_text_of_settings_has_lines() {
    let upload = |chunk, signature| operator::InstallAdapterRequest {
        chunk: vec![0; chunk].into(),
        signature: vec![0; signature],
        manifest: "[adapter]\n\tname = 'gas'\r\n".into(),
        ..Default::default()
    };
    assert_eq!(fields(&upload(1 << 20, 64)), Vec::<String>::new());
    assert_eq!(fields(&upload((1 << 20) + 1, 65)), ["chunk", "signature"]);
    let apply = |settings: &str| operator::ApplyProviderRequest { settings: settings.into(), validate_only: false };
    assert_eq!(fields(&apply("[provider]\nname = \"Грејање\"\n")), Vec::<String>::new());
    for wrong in ["", "a\0b", "\u{1b}[2J", &"x".repeat(262_145)] {
        assert_eq!(fields(&apply(wrong)), ["settings"]);
    }
}
