//! Readings: history, submission, and the search for one whose answer was lost.

use komunala_adapter_sdk::{
    Date, Decimal, Error,
    http::{Answer, Recorded, Response, SendError},
    reading_types::{ReadingSource, RegisterValue},
    readings::{ReceiptState, Submission},
};

use crate::recorded::{ALWAYS, Ruma, fault, first, result};

fn submission(value: Decimal) -> Submission {
    Submission {
        account: "004512".into(),
        supply_point: "004512".into(),
        meter: "V-1".into(),
        date: Date { year: 2024, month: 8, day: 5 },
        registers: vec![RegisterValue { code: "total".into(), value }],
    }
}

fn row(meter: &str, state: &str, day: &str, source: &str) -> String {
    format!(
        "<Ocitavanje><Vodomer>{meter}</Vodomer><Stanje>{state}</Stanje><Datum>{day}</Datum><Izvor>{source}</Izvor></Ocitavanje>"
    )
}

fn none() -> Answer {
    result("VratiStanja", "")
}

#[test]
fn of_several_readings_of_a_day_the_last_one_holds() {
    let rows = row("V-0", "900,00", "04.08.2024", "OCITANO")
        + &row("V-1", "368,00", "05.08.2024", "KUPAC")
        + &row("V-1", "369,5", "05.08.2024", "KUPAC");
    let recorded = Recorded::new([result("VratiStanja", &rows)]);
    let page = recorded.ruma().readings("004512", "004512", &ALWAYS, &first(100)).unwrap();
    let read: Vec<_> = page.items.iter().map(|it| (it.meter.as_str(), it.registers[0].value, it.source)).collect();
    let expected = [
        ("V-0", Decimal::new(90_000, 2), ReadingSource::Operator),
        ("V-1", Decimal::new(3695, 1), ReadingSource::Customer),
    ];
    assert_eq!(read, expected);
    assert_eq!(Recorded::new([]).ruma().readings("004512", "004513", &ALWAYS, &first(9)).unwrap_err(), Error::NotFound);
}

#[test]
fn a_reading_is_looked_for_and_then_handed_in() {
    let recorded = Recorded::new([none(), result("PrijaviStanje", "true")]);
    let receipt = recorded.ruma().submit(&submission(Decimal::new(36_850, 2))).unwrap();
    assert_eq!((receipt.id, receipt.state), (None, ReceiptState::Posted));
    let expected = ["VratiStanja(004512, 05.08.2024, 05.08.2024)", "PrijaviStanje(004512, V-1, 368,5, 05.08.2024)"];
    assert_eq!(recorded.operations(), expected);
}

#[test]
fn a_reading_that_is_there_is_not_handed_in_again() {
    let there = row("V-1", "368,00", "05.08.2024", "KUPAC");
    let recorded = Recorded::new([result("VratiStanja", &there)]);
    let receipt = recorded.ruma().submit(&submission(Decimal::new(368, 0))).unwrap();
    assert_eq!(receipt.state, ReceiptState::Posted);
    assert_eq!(recorded.operations().len(), 1, "it was only looked for");
}

#[test]
fn an_answer_that_was_lost_leaves_the_outcome_unknown() {
    for gone in [
        Response::lost(),
        Response::of(500, "<html>"),
        Response::of(504, ""),
        Response::of(200, "<html>"),
        result("PrijaviStanje", ""),
        Err(SendError::Garbled("x".into())),
    ] {
        let recorded = Recorded::new([none(), gone]);
        let error = recorded.ruma().submit(&submission(Decimal::new(368, 0))).unwrap_err();
        assert!(matches!(error, Error::OutcomeUnknown(_)), "{error:?}");
    }
}

#[test]
fn what_was_not_taken_up_was_not_written() {
    for (refusal, expected) in [
        (Response::of(503, ""), Error::Unavailable(None)),
        (Err(SendError::NotSent("refused".into())), Error::Unavailable(None)),
        (fault("s:Client", "STANJE_MANJE"), Error::rejected("registers.total", "too-low", "STANJE_MANJE")),
        (fault("s:Client", "VODOMER_NEPOZNAT"), Error::rejected("meter", "unknown", "VODOMER_NEPOZNAT")),
        (fault("s:Client", "DATUM_NEISPRAVAN"), Error::rejected("date", "malformed", "DATUM_NEISPRAVAN")),
        (fault("s:Client", "ROK_ZATVOREN"), Error::rejected("date", "window-closed", "ROK_ZATVOREN")),
    ] {
        let recorded = Recorded::new([none(), refusal]);
        assert_eq!(recorded.ruma().submit(&submission(Decimal::new(368, 0))).unwrap_err(), expected);
    }
    let recorded = Recorded::new([none(), fault("s:Server", "SISTEM_ZAUZET")]);
    let busy = recorded.ruma().submit(&submission(Decimal::new(368, 0))).unwrap_err();
    assert!(matches!(busy, Error::Unavailable(Some(_))), "{busy:?}");
}

#[test]
fn a_lost_reading_is_found_by_meter_day_and_state() {
    let rows = row("V-2", "368,00", "05.08.2024", "KUPAC") + &row("V-1", "367,00", "05.08.2024", "KUPAC");
    let find = |rows: &str| {
        Recorded::new([result("VratiStanja", rows)]).ruma().find_receipt(&submission(Decimal::new(36_800, 2)))
    };
    assert_eq!(find(&rows).unwrap(), None);
    let found = find(&(rows + &row("V-1", "368", "05.08.2024", "KUPAC"))).unwrap().unwrap();
    assert_eq!(found.state, ReceiptState::Posted);
    assert!(matches!(
        Recorded::new([fault("s:Server", "SISTEM_ZAUZET")]).ruma().find_receipt(&submission(Decimal::new(1, 0))),
        Err(Error::Unavailable(Some(_)))
    ));
}

#[test]
fn a_state_that_the_billing_system_cannot_take_is_refused_before_it_is_asked() {
    let ruma = Recorded::new([]);
    for value in [Decimal::new(368_123, 3), Decimal::new(-1, 0)] {
        assert!(matches!(ruma.ruma().submit(&submission(value)), Err(Error::Rejected(_))));
    }
    let two = Submission {
        registers: vec![RegisterValue { code: "high".into(), value: Decimal::new(1, 0) }],
        ..submission(Decimal::new(1, 0))
    };
    assert!(matches!(ruma.ruma().submit(&two), Err(Error::Rejected(_))));
}
