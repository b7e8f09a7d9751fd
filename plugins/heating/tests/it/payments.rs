//! `UPL`.

use komunala_adapter_sdk::{Date, files::Row};

use crate::folder::Folder;

#[test]
fn payments_are_read_and_a_reversal_is_below_zero() {
    let folder = Folder::new();
    folder.put(
        "out/UPL_20240701_001.csv",
        "id;korisnik;datum;iznos;poziv;kanal\r\nU1;0100000001;20240630;1234,5;97 41-1;POŠTA\r\nU2;0100000001;20240630;-12,30;;\r\nU3;0100000001;20240631;1,00;;\r\n",
    );
    let (rows, problems) = folder.rows("UPL_20240701_001", 100);
    let [Row::Payment(paid), Row::Payment(taken_back)] = rows.as_slice() else { panic!("{rows:?}") };
    assert_eq!((paid.id.as_str(), paid.account.as_str(), paid.amount), ("U1", "0100000001", 123_450));
    assert_eq!((Some(paid.date), paid.currency.as_str()), (Date::new(2024, 6, 30).ok(), "RSD"));
    assert_eq!((paid.reference.as_deref(), paid.channel.as_deref()), (Some("97 41-1"), Some("POŠTA")));
    assert_eq!((taken_back.amount, taken_back.reference.as_ref()), (-1230, None));
    assert_eq!(problems, ["UPL_20240701_001.csv, line 4: datum is no day of the calendar: put aside"]);
}

#[test]
fn a_text_that_no_answer_may_hold_puts_its_row_aside() {
    let folder = Folder::new();
    let (id, channel) = ("U".repeat(129), "K".repeat(129));
    let rows = format!(
        "{id};0100000001;20240630;1,00;;\r\nU2;0100000001;20240630;1,00;;{channel}\r\nU3;0100000001;20240630;1,00;;\r\n"
    );
    folder.put("out/UPL_20240701_001.csv", &format!("id;korisnik;datum;iznos;poziv;kanal\r\n{rows}"));
    let (rows, problems) = folder.rows("UPL_20240701_001", 100);
    assert_eq!(rows.len(), 1);
    assert_eq!(problems[0], "UPL_20240701_001.csv, line 2: id is longer than 128 characters: put aside");
    assert_eq!(problems[1], "UPL_20240701_001.csv, line 3: kanal is longer than 128 characters: put aside");
}
