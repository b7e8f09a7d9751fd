//! The history of states, and readings handed in.

use komunala_adapter_sdk::{
    Date, Decimal, Error,
    http::{Recorded, Response},
    reading_types::{ReadingSource, RegisterValue},
    readings::{ReceiptState, Submission},
    types::{DateRange, PageRequest},
};

use crate::recorded::{ACCOUNT, Distributor};

fn block(kind: &str, meter: &str, states: &[(&str, &str)]) -> String {
    let readings: Vec<_> =
        states.iter().map(|(at, value)| format!(r#"{{"timestamp":"{at}","value":"{value}"}}"#)).collect();
    let code = format!("32.0.4.1.1.2.12.0.0.0.0.{kind}.0.0.0.3.72.0");
    format!(r#"{{"readingType":"{code}","stevec":"{meter}","intervalReadings":[{}]}}"#, readings.join(","))
}

const DAY_1: &str = "2024-07-01T00:00:00+02:00";
const DAY_2: &str = "2024-07-02T00:00:00+02:00";

#[test]
fn states_of_a_day_are_one_reading_and_a_swap_gives_two() {
    let blocks = [
        block("0", "E1", &[(DAY_1, "15.000"), (DAY_2, "18.000")]),
        block("1", "E1", &[(DAY_1, "10.000"), (DAY_2, "12.000")]),
        block("2", "E1", &[(DAY_1, "5.000"), (DAY_2, "6.000")]),
        block("0", "E2", &[(DAY_2, "0.000")]),
    ];
    let body =
        format!(r#"{{"usagePoint":"6-123456","messageCreated":"{DAY_2}","intervalBlocks":[{}]}}"#, blocks.join(","));
    let recorded = Recorded::new([Response::of(200, &body), Response::of(200, &body)]);
    let range = DateRange { first: Some(Date { year: 2024, month: 7, day: 1 }), last: None };
    let today = jiff::civil::date(2024, 7, 2);
    let ask = |cursor: Option<String>| {
        let page = PageRequest { cursor, size: 2 };
        recorded.system().readings(ACCOUNT, "6-123456", &range, &page, today).unwrap()
    };
    let first = ask(None);
    let shown: Vec<_> = first.items.iter().map(|reading| (reading.date.day, reading.meter.as_str())).collect();
    assert_eq!(shown, [(1, "E1"), (2, "E1")]);
    let codes: Vec<_> = first.items[1].registers.iter().map(|it| (it.code.as_str(), it.value.to_string())).collect();
    assert_eq!(codes, [("high", "12.000".to_owned()), ("low", "6.000".to_owned())]);
    assert_eq!(first.items[0].source, ReadingSource::Remote);
    // the page is full within the second day
    let second = ask(first.next);
    assert_eq!((second.items.len(), second.items[0].meter.as_str(), &second.next), (1, "E2", &None));
    assert_eq!(second.items[0].registers[0].code, "total");
    let line = &recorded.lines()[0];
    assert!(line.starts_with("Get /el/meter-readings?usagePoint=6-123456&startTime=2024-07-01&endTime=2024-07-02&option=ReadingType%3D32.0.4.1.1.2.12."), "{line}");
    assert_eq!(line.matches("&option=").count(), 3);
}

fn submission(registers: &[&str]) -> Submission {
    Submission {
        account: ACCOUNT.into(),
        supply_point: "6-123456".into(),
        meter: "E1".into(),
        date: Date { year: 2024, month: 7, day: 3 },
        registers: registers
            .iter()
            .map(|code| RegisterValue { code: (*code).to_owned(), value: Decimal::new(12, 0) })
            .collect(),
    }
}

#[test]
fn both_registers_go_out_together_under_one_key() {
    let recorded = Recorded::new([Response::of(202, r#"{"id":"OD-1","stanje":"ACCEPTED"}"#)]);
    let receipt = recorded.system().submit(&submission(&["low", "high"]), "key-0001").unwrap();
    assert_eq!((receipt.id.as_deref(), receipt.state), (Some("key-0001"), ReceiptState::Accepted));
    let asked = &recorded.asked()[0];
    assert_eq!(asked.header("idempotency-key"), Some("key-0001"));
    assert_eq!(
        asked.body,
        r#"{"merilnoMesto":"6-123456","stevec":"E1","datum":"2024-07-03","stanja":[{"readingType":"32.0.4.1.1.2.12.0.0.0.0.1.0.0.0.3.72.0","value":"12"},{"readingType":"32.0.4.1.1.2.12.0.0.0.0.2.0.0.0.3.72.0","value":"12"}]}"#
    );
}

#[test]
fn one_register_of_two_or_somebody_elses_point_is_never_sent() {
    let recorded = Recorded::new([]);
    assert!(matches!(recorded.system().submit(&submission(&["high"]), "key-0001"), Err(Error::Rejected(_))));
    assert!(matches!(recorded.system().submit(&submission(&["total", "low"]), "key-0001"), Err(Error::Rejected(_))));
    let foreign = Submission { supply_point: "6-999999".into(), ..submission(&["total"]) };
    assert_eq!(recorded.system().submit(&foreign, "key-0001"), Err(Error::NotFound));
    assert!(recorded.asked().is_empty());
}

#[test]
fn a_lost_answer_is_looked_up_by_the_key() {
    let found = Response::of(200, r#"{"id":"OD-1","stanje":"POSTED"}"#);
    let recorded = Recorded::new([Response::lost(), found]);
    assert_eq!(recorded.system().submit(&submission(&["total"]), "key-0001").unwrap().state, ReceiptState::Posted);
    assert_eq!(recorded.lines()[1], "Get /el/odbirki?key=key-0001");

    let nothing = Response::of(404, r#"{"code":"NOT_FOUND","message":"","fields":[]}"#);
    let recorded = Recorded::new([Response::of(502, "oops"), nothing]);
    assert!(matches!(recorded.system().submit(&submission(&["total"]), "key-0001"), Err(Error::OutcomeUnknown(_))));
    let unreadable = Recorded::new([Response::of(202, "<html>"), Response::lost()]);
    assert!(matches!(unreadable.system().submit(&submission(&["total"]), "key-0001"), Err(Error::OutcomeUnknown(_))));
}

#[test]
fn a_refused_reading_names_what_was_wrong_with_it() {
    let lower = r#"{"code":"READ_LOWER","message":"Ana","fields":["stanja"]}"#;
    let refused = Recorded::new([Response::of(422, lower)]).system().submit(&submission(&["total"]), "key-0001");
    assert_eq!(refused, Err(Error::rejected("registers", "too-low", "READ_LOWER")));
}
