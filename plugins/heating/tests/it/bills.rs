//! `RAC` and `STV`.

use komunala_adapter_sdk::{
    Date, Decimal, Error, Quantity,
    files::{Bill, BillLines, Row},
    invoice_types::{BucketKind, InvoiceKind},
};

use crate::folder::{Folder, bill, bills, fixed, lines};

const RAC: &str = "RAC_20240701_001";

fn folder(rows: &[String], sum: &str, stv: &[&str]) -> Folder {
    let folder = Folder::new();
    folder.put("out/RAC_20240701_001.txt", &bills(rows, sum));
    folder.put("out/STV_20240701_001.csv", &lines(stv));
    folder
}

fn bills_of(rows: Vec<Row>) -> (Vec<Bill>, Vec<BillLines>) {
    let (mut bills, mut lines) = (Vec::new(), Vec::new());
    for row in rows {
        match row {
            Row::Bill(bill) => bills.push(bill),
            Row::Lines(row) => lines.push(row),
            other => panic!("{other:?}"),
        }
    }
    (bills, lines)
}

#[test]
fn a_bill_says_what_its_row_says() {
    let row = fixed(
        300,
        &[
            (1, "10100000001202406"),
            (18, "2406-000012"),
            (32, "20240708"),
            (40, "20240728"),
            (48, "000000123456"),
            (60, "+"),
            (61, "00000000617220240720"),
            (81, "000000050000"),
            (105, "000000000000"),
            (117, "000000000700"),
            (129, "265110031000335184"),
            (147, "9741-0100000001-0624"),
        ],
    );
    let folder = folder(&[row], "000000000123456", &["2406-000012;01;110;Grejanje;54,00;m2;22,8622;1234,56"]);
    let (rows, problems) = folder.rows(RAC, 100);
    assert!(problems.is_empty());
    let (bills, lines) = bills_of(rows);
    let Bill { invoice, document } = &bills[0];
    assert_eq!((invoice.id.as_str(), invoice.account.as_str()), ("2406-000012", "0100000001"));
    assert_eq!((invoice.kind, invoice.total, invoice.signed_total), (InvoiceKind::Invoice, 123_456, true));
    assert_eq!(invoice.issued, Date::new(2024, 7, 8).ok());
    assert_eq!((invoice.installments.len(), invoice.installments[0].amount), (1, 123_456));
    assert_eq!(invoice.installments[0].due, Date::new(2024, 7, 28).ok());
    assert_eq!((invoice.discounts[0].amount, invoice.discounts[0].until), (6172, Date::new(2024, 7, 20).ok()));
    let buckets: Vec<(BucketKind, i64)> = invoice.buckets.iter().map(|bucket| (bucket.kind, bucket.amount)).collect();
    // what is blank is not known, zero is a statement
    assert_eq!(buckets, [(BucketKind::Overdue, 50_000), (BucketKind::Reprogrammed, 0), (BucketKind::Credit, 700)]);
    let payment = invoice.payment.as_ref().unwrap();
    assert_eq!((payment.account.as_str(), payment.model.as_deref()), ("265110031000335184", Some("97")));
    assert_eq!(payment.reference.as_deref(), Some("41-0100000001-0624"));
    assert_eq!((payment.payee.as_deref(), payment.code.as_deref()), (Some("JKP Objedinjena"), Some("189")));
    assert_eq!(document.as_deref(), Some("202406"));
    let line = &lines[0].lines[0];
    assert_eq!((lines[0].invoice.as_str(), line.code.as_deref()), ("2406-000012", Some("110")));
    assert_eq!((line.text.as_str(), line.gross, line.net), ("JKP Toplana: Grejanje", Some(123_456), None));
    assert_eq!(line.quantity, Some(Quantity { value: Decimal::new(5400, 2), unit: "m2".to_owned() }));
    assert_eq!(line.unit_price, Some(Decimal::new(228_622, 4)));
}

#[test]
fn a_bill_below_zero_has_nothing_due() {
    let row = fixed(300, &[(1, "10100000001202406"), (18, "B1"), (40, "20240728"), (48, "000000000500-")]);
    let (rows, _) = folder(&[row], "-00000000000500", &["B1;07;1;Razlika;;;;-5,00"]).rows(RAC, 10);
    let (bills, lines) = bills_of(rows);
    assert_eq!(bills[0].invoice.total, -500);
    assert!(bills[0].invoice.installments.is_empty() && bills[0].invoice.payment.is_none());
    let line = &lines[0].lines[0];
    // a utility without a name goes by its code
    assert_eq!((line.text.as_str(), line.quantity.as_ref(), line.gross), ("07: Razlika", None, Some(-500)));
}

#[test]
fn dates_of_blanks_and_of_zeros_are_none() {
    let row = fixed(300, &[(1, "10100000001202406"), (18, "B1"), (40, "00000000"), (48, "000000000000")]);
    let (bills, _) = bills_of(folder(&[row], "000000000000000", &[]).rows(RAC, 10).0);
    assert_eq!((bills[0].invoice.issued, bills[0].invoice.installments.len()), (None, 0));
}

#[test]
fn lines_stand_in_any_order_and_come_behind_the_bills() {
    let rows = [bill("B1", "000000000300"), bill("B2", "000000000700"), bill("B3", "000000000000")];
    let stv = ["B2;01;1;a;;;;3,00", "B1;01;1;a;;;;1,00", "B1;01;2;b;;;;2,00", "B2;01;2;b;;;;4,00"];
    for size in [1, 2, 3, 5000] {
        let (rows, problems) = folder(&rows, "000000000001000", &stv).rows(RAC, size);
        assert!(problems.is_empty());
        assert!(rows[..3].iter().all(|row| matches!(row, Row::Bill(_))));
        let (_, lines) = bills_of(rows);
        let texts: Vec<String> = lines
            .iter()
            .flat_map(|row| row.lines.iter().map(move |line| format!("{} {}", row.invoice, line.text)))
            .collect();
        assert_eq!(texts.len(), 4, "portions of {size}");
        assert_eq!(texts[1], "B1 JKP Toplana: a");
    }
}

#[test]
fn rows_that_are_there_twice_are_one() {
    let rows = [bill("B1", "000000000300"), bill("B2", "000000000000"), bill("B1", "000000000300")];
    let stv = ["B1;01;1;a;;;;1,00", "B1;01;1;a;;;;1,00", "B1;01;2;b;;;;2,00", "B1;01;1;a;;;;1,00"];
    let (rows, problems) = folder(&rows, "000000000000600", &stv).rows(RAC, 100);
    assert!(problems.is_empty(), "{problems:?}");
    let (_, lines) = bills_of(rows);
    assert_eq!(lines[0].lines.len(), 2);
}

#[test]
fn a_bill_that_is_not_the_sum_of_its_lines_is_put_aside_with_them() {
    let rows = [bill("B1", "000000000300"), bill("B2", "000000000700")];
    let stv = ["B1;01;1;a;;;;1,00", "B2;01;1;a;;;;7,00", "B1;01;2;b;;;;1,99"];
    for size in [1, 100] {
        let (rows, problems) = folder(&rows, "000000000001000", &stv).rows(RAC, size);
        assert_eq!(problems.len(), 1);
        assert!(problems[0].starts_with("RAC_20240701_001.txt, line 2: "), "{problems:?}");
        let (bills, lines) = bills_of(rows);
        assert_eq!((bills.len(), lines.len()), (1, 1));
        assert_eq!(bills[0].invoice.number, "B2");
    }
}

#[test]
fn a_line_that_cannot_be_understood_takes_its_bill_with_it() {
    let rows = [bill("B1", "000000000100"), bill("B2", "000000000700")];
    for broken in ["B1;01;1;a;1.5;m2;;1,00", "B1;01;1;a;;;;1.00", "B1;01;1;a\u{1};;;;1,00"] {
        let (rows, problems) = folder(&rows, "000000000000800", &[broken, "B2;01;1;a;;;;7,00"]).rows(RAC, 100);
        assert_eq!((bills_of(rows).0.len(), problems.len()), (1, 1), "{broken}");
    }
}

#[test]
fn a_total_that_is_not_known_is_no_zero() {
    let rows = [fixed(300, &[(1, "10100000001202406"), (18, "B1")]), bill("B2", "000000000700")];
    let (rows, problems) = folder(&rows, "000000000000700", &["B2;01;1;a;;;;7,00"]).rows(RAC, 100);
    assert_eq!(bills_of(rows).0.len(), 1);
    assert!(problems[0].contains("columns 48 to 59"), "{problems:?}");
}

#[test]
fn where_too_many_bills_are_off_the_file_is_refused() {
    let rows: Vec<String> = (0..60).map(|number| bill(&format!("B{number}"), "000000000100")).collect();
    let refusal = folder(&rows, "000000000006000", &["B1;01;1;a;;;;1,00"]).refusal(RAC);
    assert!(refusal[0].contains("not the sum of their lines"), "{refusal:?}");
}

#[test]
fn a_set_without_lines_has_bills_all_the_same() {
    let folder = Folder::new();
    folder.put("out/RAC_20240701_001.txt", &bills(&[bill("B1", "000000000300")], "000000000000300"));
    assert_eq!(folder.rows(RAC, 100).0.len(), 1);
}

#[test]
fn bills_wait_for_their_lines_and_lines_for_their_bills() {
    let folder = Folder::new();
    folder.put("out/RAC_20240701_001.txt", &bills(&[bill("B1", "000000000300")], "000000000000300"));
    folder.write("out/STV_20240701_001.csv", &lines(&["B1;01;1;a;;;;3,00"]));
    assert!(folder.ids().is_empty());
    assert_eq!(folder.exchange.read_file(RAC, "", None, 10), Err(Error::NotFound));
    folder.seal("out/STV_20240701_001.csv");
    assert_eq!(folder.ids(), [RAC]);
    std::fs::remove_file(folder.path("out/RAC_20240701_001.ok")).unwrap();
    assert!(folder.ids().is_empty());
}

#[test]
fn a_line_that_no_answer_may_hold_takes_its_bill_along() {
    let rows = [bill("B1", "000000000300"), bill("B2", "000000000100")];
    let (text, unit) = ("x".repeat(129), "m".repeat(17));
    for line in [format!("B1;01;1;{text};;;;3,00"), format!("B1;01;1;a;1,00;{unit};;3,00")] {
        let folder = folder(&rows, "000000000000400", &[&line, "B2;01;1;a;;;;1,00"]);
        let (rows, problems) = folder.rows(RAC, 100);
        let (bills, lines) = bills_of(rows);
        assert_eq!((bills.len(), lines.len()), (1, 1), "{line}");
        assert_eq!(problems.len(), 1, "{problems:?}");
    }
}
