//! Another billing system with nightly files: written here from its description alone, with nothing of the simulator.
//!
//! Columns are counted as the description counts them, letters are put into Windows-1250 by a table of their own, and the
//! archive is packed by hand.

mod paper;

use std::fs;

use komunala_app::ports::{
    BillingError, BillingSystem as _, FileExchange as _,
    billing::IdempotencyKey,
    files::{AcknowledgedWrite, FileContent, FileRow, ListedFile},
};
use komunala_domain::{
    PostalChannel,
    request::{CustomerRequest, RequestKind},
};
use komunala_sandbox::Adapter;
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;

use super::exchange::{over, patiently};
use paper::{Sheet, csv, put, sealed, stored_zip};

const PDF: &[u8] = b"%PDF-1.4\n% racun 2410-7\n%%EOF\n";

/// Two sets of one day: customers and bills first, then what changed.
fn town() -> (TempDir, Adapter) {
    let folder = TempDir::new().unwrap();
    for name in ["out", "in", "ack"] {
        fs::create_dir(folder.path().join(name)).unwrap();
    }
    let salt = "So1 ;x-9";
    let hash: String = Sha256::digest(format!("{salt}0042")).iter().map(|byte| format!("{byte:02X}")).collect();
    let customers = [
        Sheet::of(400, "1").at(2, "77").at(12, salt).at(20, &hash).at(84, "Đurđa Šljivić").at(187, "D"),
        Sheet::of(400, "1").at(2, "78").at(84, "Žeželj d.o.o.").at(124, "Čika Ljubina 3").at(177, "P0012345"),
    ];
    put(folder.path(), "out/KOR_20241108_001.txt", &Sheet::file(400, "20241108001F", &customers, "000000000000000"));
    let bills = [
        Sheet::of(300, "1")
            .at(2, "77")
            .at(12, "202410")
            .at(18, "2410-7")
            .at(32, "2024110520241125")
            .at(48, "000000150050+"),
        // nothing is said but the total, and that is below zero
        Sheet::of(300, "1").at(2, "78").at(12, "202410").at(18, "2410-8").at(40, "00000000").at(48, "000000000050-"),
    ];
    put(folder.path(), "out/RAC_20241108_001.txt", &Sheet::file(300, "20241108001D", &bills, "000000000150000"));
    let lines = [
        "2410-8;09;900;Umanjenje;;;;-0,50",
        "2410-7;01;110;Grejanje;100,00;m2;12,5050;1250,50",
        "2410-7;02;210;Voda;2,5;m3;100,00;250,00",
    ];
    put(folder.path(), "out/STV_20241108_001.csv", &csv("racun;davalac;sifra;naziv;kolicina;jm;cena;iznos", &lines));
    put(
        folder.path(),
        "out/UPL_20241108_002.csv",
        &csv("id;korisnik;datum;iznos;poziv;kanal", &["u/1;77;20241107;-3,00;;"]),
    );
    put(folder.path(), "out/PDF_202410_005_001.zip", &stored_zip("2410-7.pdf", PDF));
    let adapter = over(folder.path());
    (folder, adapter)
}

async fn rows(adapter: &Adapter, file: &ListedFile) -> Vec<FileRow> {
    let portion = adapter.read_file(patiently(), file, None, 100).await.unwrap();
    assert!(portion.problems.is_empty() && portion.next.is_none(), "{:?}", portion.problems);
    portion.rows
}

#[tokio::test]
async fn files_of_another_writer_are_read_as_they_were_meant() {
    let (_folder, adapter) = town();
    let page = adapter.list_files(patiently(), None, 100).await.unwrap();
    assert!(page.problems.is_empty(), "{:?}", page.problems);
    let listed: Vec<_> = page.files.iter().map(|file| (file.id.as_str(), file.is_full)).collect();
    assert_eq!(listed, [("KOR_20241108_001", true), ("RAC_20241108_001", false), ("UPL_20241108_002", false)]);

    let customers = rows(&adapter, &page.files[0]).await;
    let [FileRow::Customer(first), FileRow::Customer(second)] = customers.as_slice() else { panic!("{customers:?}") };
    assert_eq!(first.account.name.as_deref(), Some("Đurđa Šljivić"));
    assert_eq!((first.delivery, second.delivery), (Some(PostalChannel::Email), None));
    let pin = first.pin.as_ref().unwrap();
    assert_eq!(pin.hash, Sha256::digest([pin.salt.as_slice(), b"0042"].concat()).as_slice());
    assert!(second.pin.is_none());
    assert_eq!(second.account.premises.address.as_deref(), Some("Čika Ljubina 3"));

    let bills = rows(&adapter, &page.files[1]).await;
    let totals: Vec<_> = bills
        .iter()
        .filter_map(|row| match row {
            FileRow::Bill(bill) => {
                Some((bill.account.as_str(), bill.invoice.total.minor, bill.invoice.installments.len()))
            }
            _ => None,
        })
        .collect();
    assert_eq!(totals, [("77", 150_050, 1), ("78", -50, 0)]);
    let of_lines = bills.iter().filter_map(|row| match row {
        FileRow::Lines(bill, lines) => Some((bill.as_str(), lines.len())),
        _ => None,
    });
    assert_eq!(of_lines.collect::<Vec<_>>(), [("2410-8", 1), ("2410-7", 2)]);
    let payments = rows(&adapter, &page.files[2]).await;
    assert!(matches!(&payments[0], FileRow::Payment(payment) if payment.amount.minor == -300));

    let read = adapter.read_document(patiently(), &"2410-7".parse().unwrap(), "202410").await.unwrap();
    assert_eq!(read.bytes.to_vec(), PDF);
    let missing = adapter.read_document(patiently(), &"2410-8".parse().unwrap(), "202410").await;
    assert_eq!(missing, Err(BillingError::NotFound));
}

#[tokio::test]
async fn what_is_handed_over_is_a_file_that_another_reader_understands_and_answers() {
    let (folder, adapter) = town();
    let customer = "77".parse().unwrap();
    adapter.set_delivery(patiently(), &customer, PostalChannel::Paper).await.unwrap();
    let request =
        CustomerRequest {
            kind: RequestKind::Complaint, subject: "Вода".to_owned(), text: "Цури; опет".to_owned()
        };
    let key = IdempotencyKey("another-01".to_owned());
    adapter.create_request(patiently(), &customer, &request, &key).await.unwrap();
    assert_eq!(adapter.hand_over(patiently()).await.unwrap().rows, 2);

    let mut answered = Vec::new();
    for (kind, header) in [("DOST", "korisnik;nacin;od"), ("ZAHT", "id;korisnik;vrsta;tekst")] {
        let (name, text) = sealed(folder.path(), "in", kind);
        let mut rows = text.split("\r\n");
        assert_eq!(rows.next(), Some(header));
        let fields: Vec<&str> = rows.next().unwrap().split(';').collect();
        match kind {
            "DOST" => assert_eq!((fields[0], fields[1], fields[2]), ("77", "P", &name[5..13])),
            _ => assert_eq!(fields, ["another-01", "77", "REKLAMACIJA", "Voda: Curi, opet"]),
        }
        assert_eq!(rows.collect::<Vec<_>>(), [""], "one row, and the file ends with its line");
        let answer = if kind == "DOST" { "1;77;OK" } else { "1;77;FORMAT" };
        put(folder.path(), &format!("ack/{name}"), &csv("red;korisnik;odgovor", &[answer]));
        answered.push(name.trim_end_matches(".csv").to_owned());
    }

    let page = adapter.list_files(patiently(), None, 100).await.unwrap();
    let answers: Vec<_> = page.files.iter().filter(|file| file.content == FileContent::Acknowledgements).collect();
    assert_eq!(answers.iter().map(|file| file.id.as_str()).collect::<Vec<_>>(), answered);
    let mut told = Vec::new();
    for file in answers {
        for row in rows(&adapter, file).await {
            let FileRow::Acknowledgement(answer) = row else { panic!("{row:?}") };
            told.push((answer.write, answer.refused));
        }
    }
    let delivery = AcknowledgedWrite::Delivery(customer.clone(), PostalChannel::Paper);
    let refused = AcknowledgedWrite::Request("another-01".to_owned());
    assert_eq!(told, [(delivery, None), (refused, Some("FORMAT".to_owned()))]);
    assert_eq!(adapter.delivery(patiently(), &customer).await, Ok(PostalChannel::Paper));
}
