//! `RAC` and `STV`: the bills, and their lines in a file of their own.

use std::{io, path::PathBuf};

use super::{
    bill::Bill,
    csv::Csv,
    customer::{Customer, Population},
    flaw::Flaw,
    kind::Kind,
    night::{FileKind, Night},
    rows::{BILL, Rows},
    sealed::Sealed,
};

/// The header of an STV file.
const LINES_HEADER: &str = "racun;davalac;sifra;naziv;kolicina;jm;cena;iznos";

/// What a night says about the bills of one customer, oldest month first.
fn bills_of(night: &Night, customer: Customer) -> impl Iterator<Item = Bill> {
    let revision = night.revision;
    let corrected = night.corrections.filter(|_| customer.kind() == Kind::Corrected);
    let corrections = corrected.into_iter().flat_map(move |period| Bill::of(customer, period, revision));
    let bills = night.bills.iter().flat_map(move |period| Bill::of(customer, *period, 0));
    bills.chain(corrections)
}

/// Writes the bills.
pub(super) fn write_bills(path: PathBuf, night: &Night, population: Population) -> io::Result<(PathBuf, String)> {
    let flaws = night.flaws.of(FileKind::Bills);
    let wrong_total = flaws.contains(&Flaw::WrongTotal);
    let mut rows = Rows::begin(Sealed::create(path)?, night, BILL, false, flaws)?;
    let bills = population.all().flat_map(|customer| bills_of(night, customer));
    for (index, mut bill) in bills.enumerate() {
        if wrong_total && index == 2 {
            bill.total += crate::amount::Amount::from_minor(1);
        }
        rows.row(bill.record(), bill.total.minor())?;
    }
    rows.end()
}

/// Writes their lines.
pub(super) fn write_lines(path: PathBuf, night: &Night, population: Population) -> io::Result<(PathBuf, String)> {
    let mut csv = Csv::begin(Sealed::create(path)?, LINES_HEADER, night.flaws.of(FileKind::Lines))?;
    if night.shuffled_lines {
        // the last line of every bill first, and the others from the last customer to the first
        for bill in population.all().flat_map(|customer| bills_of(night, customer)) {
            if let Some(line) = bill.lines.last() {
                csv.row(&line.row(&bill.number))?;
            }
        }
        for customer in (0..population.count).rev().filter_map(|place| population.at(place)) {
            for bill in bills_of(night, customer) {
                for line in bill.lines.iter().rev().skip(1) {
                    csv.row(&line.row(&bill.number))?;
                }
            }
        }
    } else {
        for bill in population.all().flat_map(|customer| bills_of(night, customer)) {
            for line in &bill.lines {
                csv.row(&line.row(&bill.number))?;
            }
        }
    }
    csv.end()
}
