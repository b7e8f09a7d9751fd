//! Handing over, and what is answered.

use std::{fs, time::SystemTime};

use komunala_adapter_sdk::{
    files::{Acknowledgement, HandedOver, Row, Written, WrittenDelivery},
    types::DeliveryChannel::{Email, Paper},
};

use crate::folder::{DAY, Folder, NOW, moment};

const OK: &str = "in/DOST_20240702_001.ok";

fn handed(id: &str, rows: u32, again: bool) -> HandedOver {
    HandedOver { id: id.to_owned(), rows, again }
}

/// Gives a file the time at which it would have been written.
fn written_at(folder: &Folder, name: &str, time: SystemTime) {
    fs::File::options().write(true).open(folder.path(name)).unwrap().set_modified(time).unwrap();
}

#[test]
fn files_with_rows_are_closed_and_the_next_row_begins_a_new_one() {
    let folder = Folder::new();
    assert!(folder.exchange.hand_over().unwrap().files.is_empty());
    folder.exchange.set_channel("0100000001", Email).unwrap();
    assert_eq!(folder.exchange.hand_over().unwrap().files, [handed("DOST_20240702_001", 1, false)]);
    let bytes = fs::read(folder.path("in/DOST_20240702_001.csv")).unwrap();
    folder.seal("in/DOST_20240702_001.csv");
    let expected = fs::read_to_string(folder.path(OK)).unwrap();
    assert!(expected.starts_with(&format!("{};", bytes.len())));
    folder.exchange.set_channel("0100000001", Paper).unwrap();
    assert_eq!(folder.text("in/DOST_20240702_002.csv"), "korisnik;nacin;od\r\n0100000001;P;20240702\r\n");
    assert_eq!(folder.exchange.hand_over().unwrap().files, [handed("DOST_20240702_002", 1, false)]);
    assert!(folder.exchange.hand_over().unwrap().files.is_empty());
}

#[test]
fn an_ok_says_size_and_digest() {
    let folder = Folder::new();
    folder.exchange.set_channel("0100000001", Email).unwrap();
    folder.exchange.hand_over().unwrap();
    let ours = fs::read_to_string(folder.path(OK)).unwrap();
    folder.seal("in/DOST_20240702_001.csv");
    assert_eq!(ours.trim_end(), fs::read_to_string(folder.path(OK)).unwrap().trim_end());
}

#[test]
fn what_got_no_answer_in_three_days_is_sent_again_and_told() {
    let folder = Folder::new();
    folder.exchange.set_channel("0100000001", Email).unwrap();
    folder.exchange.hand_over().unwrap();
    written_at(&folder, OK, moment(NOW));
    assert!(folder.at(NOW + 2 * DAY).hand_over().unwrap().files.is_empty());
    let report = folder.at(NOW + 3 * DAY).hand_over().unwrap();
    assert_eq!(report.files, [handed("DOST_20240702_001", 1, true)]);
    assert!(report.problems[0].message.contains("got no answer for 3 days"));
    written_at(&folder, OK, moment(NOW + 3 * DAY));
    assert!(folder.at(NOW + 5 * DAY).hand_over().unwrap().files.is_empty(), "three more days");
    folder.put("ack/DOST_20240702_001.csv", "red;korisnik;odgovor\r\n1;0100000001;OK\r\n");
    assert!(folder.at(NOW + 9 * DAY).hand_over().unwrap().files.is_empty(), "it was answered");
}

#[test]
fn a_file_of_an_earlier_day_that_stayed_open_is_handed_over_as_it_is() {
    let folder = Folder::new();
    folder.write("in/DOST_20240630_001.csv", "korisnik;nacin;od\r\n0100000001;E;20240630\r\n0100000002;P;20");
    assert_eq!(folder.exchange.hand_over().unwrap().files, [handed("DOST_20240630_001", 1, false)]);
    assert!(folder.text("in/DOST_20240630_001.csv").ends_with("0100000001;E;20240630\r\n"));
}

#[test]
fn answers_tell_of_the_rows_that_were_handed_over() {
    let folder = Folder::new();
    folder.write("in/DOST_20240702_001.csv", "korisnik;nacin;od\r\n0100000001;E;20240702\r\n0100000002;P;20240702\r\n");
    folder.put(
        "ack/DOST_20240702_001.csv",
        "red;korisnik;odgovor\r\n2;0100000002;ODBIJENO\r\n1;0100000001;OK\r\n3;0100000003;OK\r\n1;0100000002;OK\r\n",
    );
    folder.write("in/ZAHT_20240702_001.csv", "id;korisnik;vrsta;tekst\r\nkey-0001;0100000001;PITANJE;Kada?\r\n");
    folder.put("ack/ZAHT_20240702_001.csv", "red;korisnik;odgovor\r\n1;0100000001;OK\r\n");
    written_at(&folder, "ack/DOST_20240702_001.ok", moment(NOW + DAY));
    assert_eq!(folder.ids(), ["DOST_20240702_001", "ZAHT_20240702_001"]);
    let (rows, problems) = folder.rows("DOST_20240702_001", 1);
    let of = |row: &Row| match row {
        Row::Acknowledgement(Acknowledgement { write, refused, date }) => (write.clone(), refused.clone(), date.day),
        other => panic!("{other:?}"),
    };
    let delivery = |account: &str, channel| Written::Delivery(WrittenDelivery { account: account.to_owned(), channel });
    assert_eq!(
        rows.iter().map(of).collect::<Vec<_>>(),
        [(delivery("0100000002", Paper), Some("ODBIJENO".to_owned()), 3), (delivery("0100000001", Email), None, 3)]
    );
    assert_eq!(problems.len(), 2, "a row that was not sent, and one of somebody else: {problems:?}");
    let (rows, _) = folder.rows("ZAHT_20240702_001", 10);
    assert_eq!(of(&rows[0]).0, Written::Request("key-0001".to_owned()));
}

#[test]
fn an_answer_to_a_file_that_is_not_what_was_handed_over_is_refused() {
    let folder = Folder::new();
    folder.put("in/DOST_20240702_001.csv", "korisnik;nacin;od\r\n0100000001;E;20240702\r\n0100000002;P;20240702\r\n");
    folder.put("ack/DOST_20240702_001.csv", "red;korisnik;odgovor\r\n1;0100000001;OK\r\n2;0100000002;OK\r\n");
    assert_eq!(folder.rows("DOST_20240702_001", 10).0.len(), 2);
    folder.write("in/DOST_20240702_001.csv", "korisnik;nacin;od\r\n0100000001;E;20240702\r\n");
    assert!(folder.refusal("DOST_20240702_001")[0].contains("in/DOST_20240702_001.csv is not what its .ok says"));
}

#[test]
fn an_answer_to_nothing_is_refused() {
    let folder = Folder::new();
    folder.put("ack/DOST_20240702_001.csv", "red;korisnik;odgovor\r\n1;0100000001;OK\r\n");
    assert!(folder.refusal("DOST_20240702_001")[0].contains("in/ has no file of this name"));
}
