//! What a supply point used, as the files that people take along.

use jiff::{SignedDuration, Timestamp, civil::date, tz::TimeZone};
use komunala_app::ports::usage_files::{UsageFileError, UsageFiles as _, UsageFormat};
use komunala_domain::{
    account::Commodity,
    consumption::{RegisterUsage, Usage, UsedBetween},
    interval::Quality,
};
use komunala_rendering::UsageWriter;
use uuid::Uuid;

fn zone() -> TimeZone {
    TimeZone::get("Europe/Ljubljana").unwrap()
}

/// Quarter-hours from a moment on.
fn register(code: &str, unit: &str, start: Timestamp, quantities: &[&str]) -> RegisterUsage {
    let quarter = SignedDuration::from_mins(15);
    let value = |(place, quantity): (usize, &&str)| {
        let start = start + quarter * i32::try_from(place).unwrap();
        let quality = if place == 1 { Quality::Estimated } else { Quality::Valid };
        UsedBetween { start, end: start + quarter, quantity: quantity.parse().unwrap(), quality }
    };
    let values = quantities.iter().enumerate().map(value).collect();
    RegisterUsage { register: code.to_owned(), unit: unit.to_owned(), values }
}

fn usage(registers: Vec<RegisterUsage>) -> Usage {
    Usage {
        point: Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000),
        point_number: "6-123456".to_owned(),
        commodity: Commodity::Electricity,
        as_of: Some("2024-11-01T08:00:00Z".parse().unwrap()),
        registers,
    }
}

/// The night on which the clock goes back from three to two, from half past two on.
fn night() -> Timestamp {
    date(2024, 10, 27).at(2, 30, 0, 0).to_zoned(zone()).unwrap().timestamp()
}

fn written(format: UsageFormat, usage: &Usage) -> String {
    String::from_utf8(UsageWriter.write(format, usage, &zone()).unwrap()).unwrap()
}

#[test]
fn a_table_tells_the_two_hours_of_a_long_night_apart() {
    let usage = usage(vec![register("total", "kWh", night(), &["0.25", "0.5", "0", "1.125"])]);
    insta::assert_snapshot!(written(UsageFormat::Csv, &usage));
}

#[test]
fn no_cell_of_a_table_is_a_formula() {
    for start in ["=", "+", "-", "@", "\t", "\r"] {
        let evil = format!("{start}HYPERLINK(\"http://example.org\")");
        let usage = Usage { point_number: evil.clone(), ..usage(vec![register(&evil, &evil, night(), &["1"])]) };
        let table = written(UsageFormat::Csv, &usage);
        let row = csv_row(&table);
        for cell in [&row[0], &row[1], &row[5]] {
            assert_eq!(*cell, format!("'{evil}"));
        }
    }
}

/// The cells of the first row behind the header.
fn csv_row(table: &str) -> Vec<String> {
    let mut rows = csv::Reader::from_reader(table.as_bytes());
    let row = rows.records().next().unwrap().unwrap();
    row.iter().map(str::to_owned).collect()
}

#[test]
fn a_feed_holds_a_reading_with_its_type_and_values_for_each_register() {
    let high = register("T1", "kWh", night(), &["0.25", "0.5"]);
    let low = register("T2", "kWh", night(), &["1.5", "2"]);
    insta::assert_snapshot!(written(UsageFormat::GreenButton, &usage(vec![high, low])).replace("><", ">\n<"));
}

#[test]
fn quantities_are_whole_numbers_of_a_power_of_ten() {
    let of = |unit: &str, quantity: &str| {
        let feed = written(UsageFormat::GreenButton, &usage(vec![register("total", unit, night(), &[quantity])]));
        let between = |name: &str| -> i64 {
            let rest = feed.split_once(&format!("<{name}>")).unwrap().1;
            rest.split_once('<').unwrap().0.parse().unwrap()
        };
        (between("value"), between("powerOfTenMultiplier"), between("uom"))
    };
    assert_eq!(of("kWh", "0.25"), (25, 1, 72));
    assert_eq!(of("kWh", "0.2512"), (2512, -1, 72));
    assert_eq!(of("m3", "12.3456"), (12_345_600, -6, 42));
    assert_eq!(of("GJ", "3"), (3, 9, 31));
    assert_eq!(of("MWh", "1.5"), (1500, 3, 72));
}

#[test]
fn a_quantity_that_a_feed_cannot_hold_names_its_register() {
    let most = register("T1", "kWh", night(), &["140737488355327", "140737488355328"]);
    let refused = UsageWriter.write(UsageFormat::GreenButton, &usage(vec![most]), &zone());
    assert!(matches!(refused, Err(UsageFileError::TooManyDigits { register }) if register == "T1"));
    let all = register("T1", "kWh", night(), &["140737488355327"]);
    assert!(UsageWriter.write(UsageFormat::GreenButton, &usage(vec![all]), &zone()).is_ok());
}

#[test]
fn where_nothing_was_measured_a_file_says_so_by_having_no_values() {
    assert_eq!(written(UsageFormat::Csv, &usage(vec![])).lines().count(), 1);
    let feed = written(UsageFormat::GreenButton, &usage(vec![register("total", "kWh", night(), &[])]));
    assert!(feed.contains("<IntervalBlock") && !feed.contains("<IntervalReading>"));
}
