use rust_decimal::Decimal;
use serde::Deserialize;

use super::*;
use crate::{
    Register,
    reading::{Reading, ReadingSource},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cases {
    case: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    #[serde(default = "usual_serial")]
    serial: String,
    #[serde(default = "usual_digits")]
    digits: u8,
    #[serde(default)]
    decimals: u8,
    #[serde(default = "usual_registers")]
    registers: Vec<String>,
    #[serde(default)]
    window: ReadingWindow,
    #[serde(default)]
    unusual: Unusual,
    #[serde(default)]
    taker: Option<String>,
    #[serde(default)]
    history: Vec<String>,
    reading: String,
    today: Option<Date>,
    found: Vec<String>,
}

fn usual_serial() -> String {
    "G4-1".to_owned()
}

fn usual_digits() -> u8 {
    5
}

fn usual_registers() -> Vec<String> {
    vec!["TOTAL".to_owned()]
}

/// The day and the states of `DAY CODE=STATE …`.
fn day_and_states(line: &str) -> (Date, Vec<RegisterState>) {
    let mut words = line.split(' ');
    let day = words.next().unwrap().parse().unwrap();
    let state = |word: &str| {
        let (code, value) = word.split_once('=').unwrap();
        RegisterState { code: code.to_owned(), value: value.parse::<Decimal>().unwrap() }
    };
    (day, words.map(state).collect())
}

/// The reading of `DAY METER CODE=STATE … [who]`.
fn known(line: &str) -> Reading {
    let (line, source) = match line.rsplit_once(' ').unwrap() {
        (line, "operator") => (line, ReadingSource::Operator),
        (line, "remote") => (line, ReadingSource::Remote),
        (line, "estimate") => (line, ReadingSource::Estimate),
        _ => (line, ReadingSource::Customer),
    };
    let (day, rest) = line.split_once(' ').unwrap();
    let (meter, states) = rest.split_once(' ').unwrap();
    let (date, registers) = day_and_states(&format!("{day} {states}"));
    Reading { supply_point: "P-1".parse().unwrap(), serial_number: meter.to_owned(), date, registers, source }
}

fn check(case: &Case) -> Vec<String> {
    let register = |code: &String| Register { code: code.clone(), unit: "m3".to_owned(), multiplier: None };
    let meter = Meter {
        serial_number: case.serial.clone(),
        digits: case.digits,
        decimals: case.decimals,
        registers: case.registers.iter().map(register).collect(),
        verified_until: None,
    };
    let (date, states) = day_and_states(&case.reading);
    let around = Circumstances {
        meter: &meter,
        history: &History::of(case.history.iter().map(|line| known(line))),
        window: case.window,
        unusual: case.unusual,
        today: case.today.unwrap_or(date),
        taker: match case.taker.as_deref() {
            None => Taker::Customer,
            Some("back_office") => Taker::BackOffice,
            Some(other) => panic!("{}: nobody is {other}", case.name),
        },
    };
    let told = |finding: Finding| match finding.register {
        Some(register) => format!("{} {register}", finding.code.name()),
        None => finding.code.name().to_owned(),
    };
    examine(date, &states, around).into_iter().map(told).collect()
}

#[test]
fn every_case_finds_what_it_says() {
    let cases: Cases = toml::from_str(include_str!("cases.toml")).unwrap();
    let wrong: Vec<String> = cases
        .case
        .iter()
        .filter_map(|case| {
            let found = check(case);
            (found != case.found).then(|| format!("{}: found {found:?} and not {:?}", case.name, case.found))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_finding_there_is_has_a_case() {
    let cases: Cases = toml::from_str(include_str!("cases.toml")).unwrap();
    let mut names: Vec<_> = cases.case.iter().map(|case| &case.name).collect();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), cases.case.len(), "two cases have one name");
    for code in FindingCode::ALL {
        let is_found = |case: &Case| case.found.iter().any(|found| found.split(' ').next() == Some(code.name()));
        assert!(cases.case.iter().any(is_found), "nothing is ever {}", code.name());
    }
}

#[test]
fn a_bound_that_calls_the_usual_unusual_is_refused() {
    for (high, low) in [(99, 50), (10_001, 50), (200, 101)] {
        assert!(Unusual::new(high, low).is_err(), "{high} {low}");
    }
    assert_eq!(Unusual::new(200, 50), Ok(Unusual::default()));
}
