//! Who changed since a day.

use std::io::{self, Read};

use jiff::civil::date;
use komunala_adapter_sdk::{
    Error,
    http::{Incoming, Recorded, Request, Response, SendError, Transport},
};
use komunala_adapter_water::{BillingSystem, Settings};

use crate::recorded::{Ruma, result};

#[test]
fn changed_customers_are_touched_and_the_next_list_overlaps_by_a_day() {
    let recorded = Recorded::new([
        result("VratiPromene", "<Sifra>004512</Sifra><Sifra>x</Sifra><Sifra> 000001 </Sifra>"),
        result("VratiPromene", ""),
    ]);
    let page = recorded.ruma().changes_on(None, date(2024, 8, 5)).unwrap();
    assert_eq!(page.progress.touched, ["004512", "000001"]);
    assert_eq!((page.progress.problems.len(), page.progress.at_end), (1, true));
    assert_eq!(page.progress.next, "2024-08-04");
    let later = recorded.ruma().changes_on(Some(&page.progress.next), date(2024, 8, 7)).unwrap();
    assert_eq!((later.progress.next.as_str(), later.progress.at_end), ("2024-08-06", true));
    assert_eq!(recorded.operations(), ["VratiPromene(04.08.2024)", "VratiPromene(04.08.2024)"]);
}

#[test]
fn the_cursor_stands_still_while_the_day_is_the_same() {
    let recorded = Recorded::new([result("VratiPromene", "")]);
    let page = recorded.ruma().changes_on(Some("2024-08-04"), date(2024, 8, 5)).unwrap();
    assert_eq!(page.progress.next, "2024-08-04");
}

#[test]
fn a_list_that_breaks_off_is_not_taken_for_a_short_one() {
    let whole = String::from_utf8(result("VratiPromene", "<Sifra>004512</Sifra>").unwrap().body).unwrap();
    let cut = Response::of(200, &whole[..whole.len() - 30]);
    assert!(matches!(Recorded::new([cut]).ruma().changes_on(None, date(2024, 8, 5)), Err(Error::Upstream(_))));
}

#[test]
fn a_strange_cursor_is_refused() {
    for cursor in ["", "yesterday", "2024-08-05 1", "2024-08-05 x 2024-08-05", "2024-08-05 1 2024-08-05 1"] {
        let refused = Recorded::new([]).ruma().changes_on(Some(cursor), date(2024, 8, 5));
        assert!(matches!(refused, Err(Error::Rejected(_))), "{cursor}");
    }
}

/// A billing system on the day on which 250,000 bills come out; its list is made while it is read.
struct BillDay;

impl Transport for BillDay {
    fn send(&self, _: &Request<'_>) -> Result<Response, SendError> {
        panic!("the list is held as a whole")
    }

    fn open(&self, _: &Request<'_>) -> Result<Incoming, SendError> {
        let whole = String::from_utf8(result("VratiPromene", "*").unwrap().body).unwrap();
        let (before, behind) = whole.split_once('*').unwrap();
        let list = List { rest: before.as_bytes().to_vec(), at: 0, end: behind.as_bytes().to_vec() };
        Ok(Incoming::new(Response { status: 200, ..Response::default() }, Box::new(list)))
    }
}

struct List {
    rest: Vec<u8>,
    at: u32,
    end: Vec<u8>,
}

impl Read for List {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.rest.len() < into.len() && self.at < 250_000 {
            self.rest.extend_from_slice(format!("<Sifra>{:06}</Sifra>", self.at).as_bytes());
            self.at += 1;
        }
        if self.at == 250_000 {
            self.rest.append(&mut self.end);
        }
        let length = self.rest.len().min(into.len());
        into[..length].copy_from_slice(&self.rest[..length]);
        self.rest.drain(..length);
        Ok(length)
    }
}

#[test]
fn a_list_longer_than_a_page_is_walked_without_a_gap_and_without_being_held() {
    let text = str::to_owned;
    let endpoint = "http://x".parse().unwrap();
    let settings = Settings::new(endpoint, text("hub"), text("RSD"), text("p"), text("189")).unwrap();
    let billing = BillingSystem::new(settings, BillDay);
    let (mut cursor, mut touched) = (None, Vec::new());
    // the day changes while the list is walked
    for today in [date(2024, 8, 5), date(2024, 8, 6), date(2024, 8, 6)] {
        let page = billing.changes_on(cursor.as_deref(), today).unwrap();
        touched.extend(page.progress.touched);
        cursor = Some(page.progress.next);
    }
    assert!(touched.iter().enumerate().all(|(at, number)| *number == format!("{at:06}")));
    assert_eq!((touched.len(), cursor.as_deref()), (250_000, Some("2024-08-04")));
}
