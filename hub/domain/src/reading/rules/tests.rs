use jiff::civil::date;

use super::*;
use crate::Register;

fn meter() -> Meter {
    Meter {
        serial_number: "G4-1".into(),
        digits: 5,
        decimals: 0,
        registers: vec![Register { code: "TOTAL".into(), unit: "m3".into(), multiplier: None }],
        verified_until: None,
    }
}

/// Reads 1 August 2024 for a meter that showed `before` in July, and names what is found.
fn check(before: Option<&str>, value: &str) -> Vec<&'static str> {
    let earlier: Vec<_> = before
        .map(|value| Earlier { code: "TOTAL".into(), date: date(2024, 7, 1), value: value.parse().unwrap() })
        .into_iter()
        .collect();
    let meter = meter();
    let around =
        Circumstances { meter: &meter, earlier: &earlier, window: ReadingWindow::Always, today: date(2024, 8, 1) };
    let states = [RegisterState { code: "TOTAL".into(), value: value.parse().unwrap() }];
    examine(date(2024, 8, 1), &states, around).into_iter().map(|finding| finding.code.name()).collect()
}

#[test]
fn a_higher_or_equal_reading_passes() {
    assert!(check(Some("10432"), "10498").is_empty());
    assert!(check(Some("10432"), "10432").is_empty());
    assert!(check(None, "10432").is_empty());
}

#[test]
fn a_lower_reading_is_refused_unless_the_counter_plausibly_rolled_over() {
    assert_eq!(check(Some("10432"), "10431"), ["LOWER"]);
    assert_eq!(check(Some("99990"), "12"), ["ROLLOVER"]);
}

#[test]
fn a_leap_of_a_tenth_of_the_counter_asks_for_a_confirmation() {
    assert_eq!(check(Some("10000"), "20001"), ["HIGH"]);
    assert!(check(Some("10000"), "20000").is_empty());
}

#[test]
fn digits_that_the_meter_cannot_show_are_refused() {
    assert_eq!(check(None, "100000"), ["TOO_MANY_DIGITS"]);
    assert_eq!(check(None, "12.5"), ["TOO_MANY_DECIMALS"]);
    assert!(check(None, "12.0").is_empty());
    assert_eq!(check(None, "-1"), ["NEGATIVE"]);
}

#[test]
fn every_register_is_read_exactly_once_and_none_that_the_meter_lacks() {
    let meter = meter();
    let around = Circumstances { meter: &meter, earlier: &[], window: ReadingWindow::Always, today: date(2024, 8, 1) };
    let state = |code: &str| RegisterState { code: code.into(), value: Decimal::ONE };
    let names = |states: &[RegisterState]| -> Vec<_> {
        examine(date(2024, 8, 1), states, around).into_iter().map(|finding| finding.code.name()).collect()
    };
    assert_eq!(names(&[]), ["INCOMPLETE_REGISTERS"]);
    assert_eq!(names(&[state("TOTAL"), state("TOTAL")]), ["INCOMPLETE_REGISTERS"]);
    assert_eq!(names(&[state("TOTAL"), state("T2")]), ["UNKNOWN_REGISTER"]);
}

#[test]
fn a_future_day_and_a_closed_window_are_refused() {
    let meter = meter();
    let window = ReadingWindow::DaysOfMonth { first: 1, last: 5, grace: 0 };
    let around = Circumstances { meter: &meter, earlier: &[], window, today: date(2024, 8, 6) };
    let states = [RegisterState { code: "TOTAL".into(), value: Decimal::ONE }];
    let codes = |day| examine(date(2024, 8, day), &states, around)[0].code;
    assert_eq!(codes(7), FindingCode::FutureDate);
    assert_eq!(codes(6), FindingCode::OutsideWindow);
}
