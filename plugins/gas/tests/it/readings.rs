//! Readings: history, submission, receipts.

use komunala_adapter_sdk::{
    Date, Decimal, Error,
    http::{Recorded, Response, SendError},
    reading_types::RegisterValue,
    readings::{ReceiptState, Submission},
    types::DateRange,
};

use crate::recorded::{Ruma, first, json};

const ALL: DateRange = DateRange { first: None, last: None };
const ACCEPTED: &str = r#"{"receiptId":"r-1","state":"ACCEPTED"}"#;

fn submission() -> Submission {
    Submission {
        account: "a-7f31".into(),
        supply_point: "R-0012345".into(),
        meter: "G4-118822".into(),
        date: Date { year: 2024, month: 8, day: 5 },
        registers: vec![RegisterValue { code: "total".into(), value: Decimal::new(10_498, 0) }],
    }
}

#[test]
fn a_swap_gives_two_readings_on_one_day() {
    let row = |serial: &str| {
        format!(r#"{{"pointId":"R-1","serial":"{serial}","readOn":"2024-08-05","value":"0","source":"OPERATOR"}}"#)
    };
    let page = format!(r#"{{"items":[{},{},{}],"page":1,"pages":1}}"#, row("OLD"), row("NEW"), row("OLD"));
    let recorded = Recorded::new([json(200, &page)]);
    let meters: Vec<_> = recorded
        .ruma()
        .readings("R-1", &ALL, &first(200))
        .unwrap()
        .items
        .into_iter()
        .map(|reading| reading.meter)
        .collect();
    assert_eq!(meters, ["OLD", "NEW"]);
}

#[test]
fn readings_of_another_point_refuse_the_page() {
    let page = r#"{"items":[{"pointId":"R-2","serial":"S","readOn":"2024-08-05","value":"1","source":"CUSTOMER"}],"page":1,"pages":1}"#;
    let recorded = Recorded::new([json(200, page)]);
    assert!(matches!(recorded.ruma().readings("R-1", &ALL, &first(200)), Err(Error::Upstream(_))));
}

#[test]
fn a_reading_goes_out_with_its_key_and_comes_back_as_a_receipt() {
    let recorded = Recorded::new([json(202, ACCEPTED)]);
    let receipt = recorded.ruma().submit(&submission(), "key-0001").unwrap();
    assert_eq!((receipt.id.as_deref(), receipt.state), (Some("r-1"), ReceiptState::Accepted));
    let asked = &recorded.asked()[0];
    assert_eq!((asked.line.as_str(), asked.header("idempotency-key")), ("Post /gas/v1/readings", Some("key-0001")));
    assert_eq!(asked.body, r#"{"pointId":"R-0012345","serial":"G4-118822","readOn":"2024-08-05","value":"10498"}"#);
}

#[test]
fn a_lost_answer_is_looked_up_by_its_key() {
    for unknown in
        [Response::lost(), json(500, "<html>"), json(202, "not json"), json(202, r#"{"receiptId":"r-1","state":"?"}"#)]
    {
        let recorded = Recorded::new([unknown, json(200, r#"{"receiptId":"r-1","state":"POSTED","reason":null}"#)]);
        assert_eq!(recorded.ruma().submit(&submission(), "key-0001").unwrap().state, ReceiptState::Posted);
        assert_eq!(recorded.lines()[1], "Get /gas/v1/receipts?key=key-0001");
    }
}

#[test]
fn without_a_receipt_the_outcome_stays_unknown() {
    let not_found = || json(404, r#"{"code":"NOT_FOUND","message":"","fields":[]}"#);
    for second in [not_found(), json(503, ""), Response::lost()] {
        let recorded = Recorded::new([Response::lost(), second]);
        assert!(matches!(recorded.ruma().submit(&submission(), "key-0001"), Err(Error::OutcomeUnknown(_))));
    }
    assert_eq!(Recorded::new([not_found()]).ruma().receipt_by_key("key-0001"), Ok(None));
}

#[test]
fn what_was_never_sent_is_no_unknown_outcome() {
    let recorded = Recorded::new([Err(SendError::NotSent("ConnectionRefused".into()))]);
    assert_eq!(recorded.ruma().submit(&submission(), "key-0001"), Err(Error::Unavailable(None)));
    assert_eq!(recorded.lines().len(), 1);
}

#[test]
fn a_refused_reading_names_the_argument() {
    let recorded = Recorded::new([json(422, r#"{"code":"READ_LOWER","message":"…","fields":["value"]}"#)]);
    let refused = Error::rejected("registers.total", "too-low", "READ_LOWER");
    assert_eq!(recorded.ruma().submit(&submission(), "key-0001"), Err(refused));
}

#[test]
fn a_gas_meter_has_one_register() {
    let mut two = submission();
    two.registers.push(RegisterValue { code: "low".into(), value: Decimal::new(1, 0) });
    let mut other = submission();
    other.registers[0].code = "high".into();
    for submission in [two, other] {
        assert!(matches!(Recorded::new([]).ruma().submit(&submission, "key-0001"), Err(Error::Rejected(_))));
    }
}

#[test]
fn a_rejected_receipt_says_why() {
    let recorded = Recorded::new([json(200, r#"{"receiptId":"r-1","state":"REJECTED","reason":"READ_HIGH"}"#)]);
    let receipt = recorded.ruma().receipt("r-1").unwrap();
    assert_eq!((receipt.state, receipt.reason.as_deref()), (ReceiptState::Rejected, Some("READ_HIGH")));
    assert_eq!(recorded.lines(), ["Get /gas/v1/readings/r-1"]);
}
