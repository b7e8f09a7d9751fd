//! What refuses a file whole, and what is said about it.

use std::fs;

use komunala_adapter_sdk::Error;

use crate::folder::{Folder, bill, bills, customer, customers, fixed, lines};

const KOR: &str = "out/KOR_20240701_001.txt";

fn rows() -> Vec<String> {
    (1..=4).map(|number| customer(&format!("010000000{number}"))).collect()
}

fn refusal(text: &str) -> Vec<String> {
    let folder = Folder::new();
    folder.put(KOR, text);
    folder.refusal("KOR_20240701_001")
}

#[test]
fn each_mistake_in_a_customer_file_is_named_with_its_line() {
    let fine = customers("20240701001", &rows());
    let lines: Vec<&str> = fine.split_inclusive("\r\n").collect();
    let without_trailer = lines[..5].concat();
    let short = fine.replacen("S000540002N ", "S000540002N", 1);
    let counted = fine.replace("90000000004", "90000000005");
    let summed = fine.replace("9000000000400000000000000", "9000000000400000000000001");
    let other_day = fine.replacen("020240701001", "020240702001", 1);
    let other_extent = fine.replacen("020240701001F", "020240701001X", 1);
    let bare = fine.replacen("\r\n", "\n", 1);
    let behind = fine.clone() + &customer("0100000009");
    let other_type = fine.replacen("\r\n1", "\r\n2", 1);
    for (text, expected) in [
        (without_trailer.as_str(), "KOR_20240701_001.txt: no trailer"),
        (&short, "line 2: 399 columns instead of 400"),
        (&counted, "line 6: the count does not fit the 4 rows"),
        (&summed, "line 6: the sum does not fit that of the rows, 0"),
        (&other_day, "line 1: another day or number than in the name"),
        (&other_extent, "line 1: neither F nor D in column 13"),
        (&bare, "line 1: a line that does not end with CRLF"),
        (&behind, "line 7: a row behind the trailer"),
        (&other_type, "line 2: a row of another type than 0, 1 and 9"),
        ("", "no trailer"),
    ] {
        let said = refusal(text);
        assert!(said.iter().any(|message| message.contains(expected)), "{expected}: {said:?}");
    }
}

#[test]
fn bytes_that_the_code_page_does_not_have_refuse_a_file() {
    for byte in [0x81, 0x83, 0x88, 0x90, 0x98] {
        let folder = Folder::new();
        folder.write(KOR, &customers("20240701001", &rows()));
        let mut bytes = fs::read(folder.path(KOR)).unwrap();
        // in what nobody reads, behind the last column
        bytes[402 + 390] = byte;
        fs::write(folder.path(KOR), bytes).unwrap();
        folder.seal(KOR);
        let said = folder.refusal("KOR_20240701_001");
        assert_eq!(said, ["KOR_20240701_001.txt, line 2: a byte that Windows-1250 does not have"], "{byte:#x}");
    }
}

#[test]
fn an_ok_that_says_something_else_refuses_a_file() {
    let folder = Folder::new();
    folder.put(KOR, &customers("20240701001", &rows()));
    let ok = folder.path("out/KOR_20240701_001.ok");
    let right = fs::read_to_string(&ok).unwrap();
    for (wrong, expected) in [
        (right.replacen("2412", "2413", 1), "2412 bytes, its .ok says 2413"),
        (right.replacen("2412;", "2412;0", 1), "not one line of bytes;sha256"),
        (String::new(), "not one line of bytes;sha256"),
        (format!("2412;{}", "0".repeat(64)), "another digest"),
    ] {
        fs::write(&ok, &wrong).unwrap();
        let said = folder.refusal("KOR_20240701_001");
        assert!(said[0].contains(expected), "{said:?}");
    }
    fs::write(&ok, right.to_uppercase()).unwrap();
    assert_eq!(folder.rows("KOR_20240701_001", 10).0.len(), 4);
}

#[test]
fn a_refused_line_file_refuses_its_bills_and_nothing_else() {
    let folder = Folder::new();
    folder.put(KOR, &customers("20240701001", &rows()));
    folder.put("out/RAC_20240701_001.txt", &bills(&[bill("B1", "000000000300")], "000000000000300"));
    folder.put("out/STV_20240701_001.csv", &lines(&["B1;01;1;a;;;;3,00;"]));
    folder.put("out/UPL_20240701_001.csv", "id;korisnik;datum;iznos;poziv;kanal\r\n");
    let said = folder.refusal("RAC_20240701_001");
    assert_eq!(said, ["STV_20240701_001.csv, line 2: another number of fields than 8"]);
    assert_eq!(folder.rows("KOR_20240701_001", 10).0.len(), 4);
    assert!(folder.rows("UPL_20240701_001", 10).0.is_empty());
    folder.put("out/STV_20240701_001.csv", "racun;davalac\r\n");
    assert!(folder.refusal("RAC_20240701_001")[0].contains("the first line is not racun;davalac;sifra"));
}

#[test]
fn the_sum_of_bills_has_a_sign() {
    let below = fixed(300, &[(1, "10100000001202406"), (18, "B2"), (48, "000000000500-")]);
    let folder = Folder::new();
    let rows = [bill("B1", "000000000300"), below];
    folder.put("out/RAC_20240701_001.txt", &bills(&rows, "-00000000000200"));
    assert_eq!(folder.rows("RAC_20240701_001", 10).0.len(), 2);
    folder.put("out/RAC_20240701_001.txt", &bills(&rows, "000000000000200"));
    assert!(folder.refusal("RAC_20240701_001")[0].contains("line 4: the sum does not fit that of the rows, -200"));
    let unsigned = bills(&[rows[0].clone(), rows[1].replace("500-", "500x")], "000000000000300");
    folder.put("out/RAC_20240701_001.txt", &unsigned);
    assert!(folder.refusal("RAC_20240701_001")[0].contains("line 3: the sign (column 60)"));
}

#[test]
fn a_file_that_was_sent_again_is_a_conflict_until_it_is_listed() {
    let folder = Folder::new();
    folder.put(KOR, &customers("20240701001", &rows()));
    let before = folder.fingerprint("KOR_20240701_001");
    folder.put(KOR, &customers("20240701001", &rows()[..2]));
    assert_ne!(folder.fingerprint("KOR_20240701_001"), before);
    let read = folder.exchange.read_file("KOR_20240701_001", &before, None, 10);
    assert!(matches!(read, Err(Error::Conflict(_))), "{read:?}");
    for unknown in ["KOR_20240701_002", "STV_20240701_001", "../in/DOST_20240701_001", ""] {
        assert_eq!(folder.exchange.read_file(unknown, "", None, 10), Err(Error::NotFound), "{unknown}");
    }
}
