//! `ack/`.

use std::fs;

use komunala_simulators::heating::Answering;
use sha2::{Digest, Sha256};

use crate::Folders;

fn hand_over(folders: &Folders, name: &str, text: &str) {
    let path = folders.exchange.inbox().join(name);
    let digest: String = Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect();
    fs::write(&path, text).unwrap();
    fs::write(path.with_extension("ok"), format!("{};{digest}", text.len())).unwrap();
}

#[test]
fn rows_are_answered_by_their_number() {
    let folders = Folders::new(3);
    let text = "korisnik;nacin;od\r\n0100000001;E;20240816\r\n0100000009;P;20240816\r\n0100000002;X;20240816\r\n";
    hand_over(&folders, "DOST_20240815_001.csv", text);
    hand_over(&folders, "ZAHT_20240815_001.csv", "id;korisnik;vrsta;tekst\r\nk-1;0100000003;PITANJE;Kada?\r\n");
    let answering = Answering::plainly().refusing("0100000003", "ODBIJENO");
    assert_eq!(folders.exchange.acknowledge(&answering).unwrap().len(), 2);
    let read = |name| fs::read_to_string(folders.exchange.ack().join(name)).unwrap();
    assert_eq!(
        read("DOST_20240815_001.csv"),
        "red;korisnik;odgovor\r\n1;0100000001;OK\r\n2;0100000009;KORISNIK_NEPOZNAT\r\n3;0100000002;FORMAT\r\n"
    );
    assert_eq!(read("ZAHT_20240815_001.csv"), "red;korisnik;odgovor\r\n1;0100000003;ODBIJENO\r\n");
    assert!(folders.exchange.acknowledge(&answering).unwrap().is_empty(), "once is enough");
}

#[test]
fn what_is_not_complete_gets_no_answer() {
    let folders = Folders::new(3);
    fs::write(folders.exchange.inbox().join("DOST_20240815_001.csv"), "korisnik;nacin;od\r\n").unwrap();
    assert!(folders.exchange.acknowledge(&Answering::plainly()).unwrap().is_empty());
}
