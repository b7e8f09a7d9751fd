//! Archives of PDFs.

use jiff::civil::Date;
use komunala_simulators::{
    HeatingExchange, Month,
    heating::{Bill, Kind, Night},
};
use rawzip::ZipArchive;

use crate::Folders;

fn names(bytes: &[u8]) -> Vec<String> {
    let archive = ZipArchive::from_slice(bytes).unwrap();
    let mut entries = archive.entries();
    let mut names = Vec::new();
    while let Some(entry) = entries.next_entry().unwrap() {
        names.push(String::from_utf8(entry.file_path().as_ref().to_vec()).unwrap());
    }
    names
}

#[test]
fn every_bill_has_a_pdf_in_the_archive_of_its_municipality_save_those_that_have_none() {
    let folders = Folders::with(250, &Night::first(Date::constant(2024, 8, 15), 1));
    let period = Month::new(2024, 7);
    let archives = folders.exchange.write_documents(period).unwrap();
    assert_eq!(archives[0], "PDF_202407_011_001.zip");
    let held: Vec<String> =
        archives.iter().flat_map(|name| names(&std::fs::read(folders.exchange.out().join(name)).unwrap())).collect();
    let without = folders.exchange.population().first(Kind::NoPdf).unwrap();
    for bill in folders.exchange.population().all().flat_map(|customer| Bill::of(customer, period, 0)) {
        assert_eq!(held.contains(&format!("{}.pdf", bill.number)), bill.customer != without, "{}", bill.number);
    }
}

#[test]
fn a_later_archive_holds_another_print() {
    let folders = Folders::new(20);
    let (period, customer) = (Month::new(2024, 7), folders.exchange.population().at(3).unwrap());
    let more = folders.exchange.write_more_documents(period, 2, |bill| bill.customer == customer).unwrap();
    assert_eq!(more, ["PDF_202407_101_002.zip"]);
    let (first, corrected) = (&Bill::of(customer, period, 0)[0], &Bill::of(customer, period, 1)[0]);
    assert_ne!(HeatingExchange::document(first), HeatingExchange::document(corrected));
    assert!(HeatingExchange::document(first).starts_with(b"%PDF-1.4"));
}
