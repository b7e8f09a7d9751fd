//! `KOR`, `RAC`, `STV`, `UPL`.

use std::collections::BTreeMap;

use jiff::civil::Date;
use komunala_simulators::{
    Month,
    heating::{Bill, Customers, FileKind, Flaw, Kind, Night},
};
use sha2::{Digest, Sha256};

use crate::Folders;

const DAY: Date = Date::constant(2024, 8, 15);

fn columns(line: &[u8], first: usize, last: usize) -> String {
    encoding_rs::WINDOWS_1250.decode(&line[first - 1..last]).0.into_owned()
}

#[test]
fn every_file_has_an_ok_with_its_size_and_digest() {
    let folders = Folders::with(100, &Night::first(DAY, 1));
    for name in ["KOR_20240815_001.txt", "RAC_20240815_001.txt", "STV_20240815_001.csv", "UPL_20240815_001.csv"] {
        let path = folders.exchange.out().join(name);
        let bytes = std::fs::read(&path).unwrap();
        let digest: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        let ok = std::fs::read_to_string(path.with_extension("ok")).unwrap();
        assert_eq!(ok.trim_end(), format!("{};{digest}", bytes.len()), "{name}");
    }
}

#[test]
fn customers_stand_in_400_columns_between_a_head_and_a_trailer() {
    let folders = Folders::with(500, &Night::first(DAY, 1));
    let lines = folders.lines("KOR_20240815_001.txt");
    assert!(lines.iter().all(|line| line.len() == 400));
    assert!(lines[0].starts_with(b"020240815001F "));
    assert!(lines[501].starts_with(b"90000000500000000000000000 "));
    let population = folders.exchange.population();
    let cut = population.first(Kind::CutName).unwrap();
    let line = lines.iter().find(|line| columns(line, 2, 11) == cut.number()).unwrap();
    assert!(columns(line, 84, 123).ends_with('l') && columns(line, 187, 187).contains(['D', 'N']));
    let ordinary = population.first(Kind::Ordinary).unwrap();
    let line = lines.iter().find(|line| columns(line, 2, 11) == ordinary.number()).unwrap();
    let hash: String = Sha256::digest([&line[11..19], ordinary.pin().as_bytes()].concat())
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    assert_eq!(columns(line, 20, 83).to_lowercase(), hash);
    let without = population.first(Kind::NoPin).unwrap();
    let line = lines.iter().find(|line| columns(line, 2, 11) == without.number()).unwrap();
    assert_eq!(columns(line, 12, 83).trim(), "");
}

#[test]
fn a_bill_is_the_sum_of_its_lines_and_the_trailer_that_of_the_bills() {
    for night in [Night::first(DAY, 2), Night::first(DAY, 2).shuffled_lines()] {
        let folders = Folders::with(500, &night);
        let mut sums: BTreeMap<String, i64> = BTreeMap::new();
        for line in &folders.lines("STV_20240815_001.csv")[1..] {
            let text = encoding_rs::WINDOWS_1250.decode(line).0.into_owned();
            let fields: Vec<&str> = text.split(';').collect();
            assert_eq!(fields.len(), 8);
            *sums.entry(fields[0].to_owned()).or_default() += fields[7].replace(',', "").parse::<i64>().unwrap();
        }
        let bills = folders.lines("RAC_20240815_001.txt");
        let (head, trailer) = (&bills[0], &bills[bills.len() - 1]);
        assert!(bills.iter().all(|line| line.len() == 300) && head[0] == b'0');
        let rows = &bills[1..bills.len() - 1];
        let mut sum = 0;
        for row in rows {
            let total: i64 = columns(row, 48, 59).parse().unwrap();
            let total = if row[59] == b'-' { -total } else { total };
            assert_eq!(sums.remove(columns(row, 18, 31).trim_end()), Some(total));
            sum += total;
        }
        assert!(sums.is_empty());
        assert_eq!(columns(trailer, 2, 26), format!("{:010}{sum:015}", rows.len()));
    }
}

#[test]
fn a_delta_tells_of_few_and_a_later_full_set_leaves_out_who_left() {
    let folders = Folders::with(500, &Night::nightly(DAY, 1));
    let delta = folders.lines("KOR_20240815_001.txt");
    assert_eq!((delta.len(), delta[0][12]), (7, b'D'));
    let gone = folders.exchange.population().first(Kind::Leaving).unwrap().number();
    folders.exchange.write(&Night::nightly(DAY, 2).customers(Customers::AllWhoStay)).unwrap();
    let full = folders.lines("KOR_20240815_002.txt");
    assert_eq!((full.len(), full[0][12]), (500, b'F'));
    assert!(!full.iter().any(|line| columns(line, 2, 11) == gone));
}

#[test]
fn a_correction_keeps_the_number_of_its_bill() {
    let folders = Folders::with(500, &Night::nightly(DAY, 1));
    let bills = folders.lines("RAC_20240815_001.txt");
    let customer = folders.exchange.population().first(Kind::Corrected).unwrap();
    let number = columns(&bills[1], 18, 31);
    assert_eq!(number, Bill::of(customer, Month::new(2024, 7), 0)[0].number);
    assert_eq!(bills.len(), 4);
}

#[test]
fn each_flaw_leaves_its_mark() {
    let name = |kind| Night::first(DAY, 1).file_name(kind);
    let flawed = |kind, flaw| Folders::with(100, &Night::first(DAY, 1).flawed(kind, flaw));
    let bills = name(FileKind::Bills);
    let customers = name(FileKind::Customers);
    assert!(!flawed(FileKind::Bills, Flaw::LateOk).exchange.out().join("RAC_20240815_001.ok").exists());
    let last = |folders: &Folders| folders.lines(&bills).pop().unwrap();
    let fine = last(&Folders::with(100, &Night::first(DAY, 1)));
    assert_ne!(last(&flawed(FileKind::Bills, Flaw::WrongCount)), fine);
    assert_ne!(last(&flawed(FileKind::Bills, Flaw::WrongSum)), fine);
    assert_eq!(last(&flawed(FileKind::Bills, Flaw::NoTrailer))[0], b'1');
    assert_eq!(flawed(FileKind::Customers, Flaw::WrongWidth).lines(&customers)[3].len(), 399);
    assert!(flawed(FileKind::Customers, Flaw::BadByte).lines(&customers)[3].contains(&0x81));
    assert!(flawed(FileKind::Customers, Flaw::WrongHead).lines(&customers)[0].starts_with(b"019991231"));
    let twice = flawed(FileKind::Customers, Flaw::Duplicates).lines(&customers);
    assert_eq!((&twice[1], &twice[1]), (&twice[2], &twice[twice.len() - 2]));
    let header = flawed(FileKind::Lines, Flaw::NoHeader).lines(&name(FileKind::Lines));
    assert!(!header[0].starts_with(b"racun"));
}

#[test]
fn what_is_late_is_sealed_later() {
    let folders = Folders::with(20, &Night::first(DAY, 1).flawed(FileKind::Bills, Flaw::LateOk));
    folders.exchange.seal("RAC_20240815_001.txt").unwrap();
    let ok = std::fs::read_to_string(folders.exchange.out().join("RAC_20240815_001.ok")).unwrap();
    assert_eq!(ok.trim_end().split_once(';').unwrap().1.len(), 64);
}
