//! Choices of delivery and requests: rows of a file that is still open.

use std::{fs, io::Write as _};

use komunala_adapter_sdk::{
    Error,
    delivery::Acknowledgement,
    requests::{RequestKind, ServiceRequest},
    types::DeliveryChannel::{Email, Paper},
};

use crate::folder::{DAY, Folder, NOW};

const DOST: &str = "in/DOST_20240702_001.csv";
const ZAHT: &str = "in/ZAHT_20240702_001.csv";

fn request(text: &str) -> ServiceRequest {
    let (account, subject) = ("0100000001".to_owned(), "Грејање".to_owned());
    ServiceRequest { account, kind: RequestKind::Complaint, subject, text: text.to_owned() }
}

#[test]
fn a_choice_is_a_row_of_todays_file_and_the_same_choice_is_one_row() {
    let folder = Folder::new();
    for (account, channel) in
        [("0100000001", Email), ("0100000002", Paper), ("0100000001", Email), ("0100000001", Paper)]
    {
        assert_eq!(folder.exchange.set_channel(account, channel), Ok(Acknowledgement::Queued));
    }
    assert_eq!(
        folder.text(DOST),
        "korisnik;nacin;od\r\n0100000001;E;20240702\r\n0100000002;P;20240702\r\n0100000001;P;20240702\r\n"
    );
    assert!(!folder.path("in/DOST_20240702_001.ok").exists(), "it is still open");
}

#[test]
fn a_day_begins_at_the_billing_systems_midnight() {
    let folder = Folder::new();
    // 22:30 in UTC is half past midnight
    folder.at(NOW + 45_000).set_channel("0100000001", Email).unwrap();
    assert!(folder.path("in/DOST_20240703_001.csv").exists());
}

#[test]
fn a_line_that_was_torn_by_a_crash_is_taken_off_before_the_next() {
    let folder = Folder::new();
    folder.exchange.set_channel("0100000001", Email).unwrap();
    fs::OpenOptions::new().append(true).open(folder.path(DOST)).unwrap().write_all(b"0100000002;P;2024").unwrap();
    folder.exchange.set_channel("0100000003", Paper).unwrap();
    assert_eq!(folder.text(DOST), "korisnik;nacin;od\r\n0100000001;E;20240702\r\n0100000003;P;20240702\r\n");
    folder.write(DOST, "korisnik;na");
    folder.exchange.set_channel("0100000003", Paper).unwrap();
    assert_eq!(folder.text(DOST), "korisnik;nacin;od\r\n0100000003;P;20240702\r\n");
}

#[test]
fn a_request_is_one_field_of_text_that_the_code_page_can_write() {
    let folder = Folder::new();
    let answer = folder.exchange.create_request(&request("хладно је;\r\nкад?"), "k-1_aB345");
    assert_eq!(answer.as_deref(), Ok("k-1_aB345"));
    assert_eq!(
        folder.text(ZAHT),
        "id;korisnik;vrsta;tekst\r\nk-1_aB345;0100000001;REKLAMACIJA;Grejanje: hladno je, kad?\r\n"
    );
}

#[test]
fn a_key_is_written_once_also_after_its_file_was_handed_over() {
    let folder = Folder::new();
    folder.exchange.create_request(&request("a"), "key-0001").unwrap();
    folder.exchange.create_request(&request("a"), "key-0001").unwrap();
    folder.exchange.hand_over().unwrap();
    folder.at(NOW + DAY).create_request(&request("a"), "key-0001").unwrap();
    assert_eq!(folder.text(ZAHT).lines().count(), 2);
    assert_eq!(folder.text("in/ZAHT_20240703_001.csv").lines().count(), 1);
    let other = folder.exchange.create_request(&request("b"), "key-0001");
    assert!(matches!(other, Err(Error::Conflict(_))), "{other:?}");
}

#[test]
fn what_would_break_a_row_is_refused() {
    let folder = Folder::new();
    for account in ["", "01;02", "01\r\n02", "č"] {
        assert!(matches!(folder.exchange.set_channel(account, Email), Err(Error::Rejected(_))), "{account:?}");
    }
    assert!(matches!(folder.exchange.create_request(&request("a"), "a;b"), Err(Error::Rejected(_))));
}

#[test]
fn what_the_billing_system_holds_is_what_it_took_over_last() {
    let folder = Folder::new();
    assert_eq!(folder.exchange.channel("0100000001"), Err(Error::NotAvailableYet(None)));
    folder.exchange.set_channel("0100000001", Email).unwrap();
    folder.exchange.set_channel("0100000002", Email).unwrap();
    folder.exchange.hand_over().unwrap();
    assert_eq!(folder.exchange.channel("0100000001"), Err(Error::NotAvailableYet(None)));
    folder.put(
        "ack/DOST_20240702_001.csv",
        "red;korisnik;odgovor\r\n1;0100000001;OK\r\n2;0100000002;KORISNIK_NEPOZNAT\r\n",
    );
    assert_eq!(folder.exchange.channel("0100000001"), Ok(Email));
    assert_eq!(folder.exchange.channel("0100000002"), Err(Error::NotAvailableYet(None)));
}
