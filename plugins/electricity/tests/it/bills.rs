//! Bills and their documents.

use komunala_adapter_sdk::{
    Date, Error, Period,
    http::{Recorded, Response},
    invoices::InvoiceFilter,
    types::{DateRange, PageRequest},
};

use crate::recorded::{ACCOUNT, Distributor};

fn bill(id: &str, point: &str, issued: &str, total: &str) -> String {
    format!(
        r#"{{"id":"{id}","stevilka":"07/2024","merilnoMesto":"{point}","obdobje":"2024-07","izdano":"{issued}",
            "zapade":"2024-08-28","postavke":[{{"sifra":"VT","naziv":"Energija","kolicina":"151.253","enota":"kWh",
            "neto":"19.81","stopnjaDdv":"22","bruto":"24.17"}}],"znesek":"{total}","valuta":"EUR",
            "placilo":{{"iban":"SI56","prejemnik":"EG","sklic":"SI00 1","koda":"ENRG","namen":"ELEKTRIKA"}}}}"#
    )
}

fn page(cursor: Option<&str>, size: u16) -> PageRequest {
    PageRequest { cursor: cursor.map(str::to_owned), size }
}

#[test]
fn the_bills_of_all_points_are_one_list_of_pages() {
    // the first point has three bills, one of them twice and out of order; the second has one
    let first = format!(
        "[{},{},{},{}]",
        bill("c", "6-123456", "2024-08-08", "3.00"),
        bill("a", "6-123456", "2024-06-08", "1.00"),
        bill("b", "6-123456", "2024-07-08", "2.00"),
        bill("c", "6-123456", "2024-08-08", "3.00")
    );
    let second = format!("[{}]", bill("d", "6-123457", "2024-08-08", "4.00"));
    let recorded = Recorded::new([Response::of(200, &first), Response::of(200, &first), Response::of(200, &second)]);
    let one = recorded.system().invoices(ACCOUNT, &InvoiceFilter::All, &page(None, 2)).unwrap();
    let totals = |page: &komunala_adapter_sdk::invoices::InvoicePage| -> Vec<i64> {
        page.items.iter().map(|invoice| invoice.total).collect()
    };
    assert_eq!(totals(&one), [100, 200]);
    let two = recorded.system().invoices(ACCOUNT, &InvoiceFilter::All, &page(one.next.as_deref(), 2)).unwrap();
    assert_eq!((totals(&two), two.next), (vec![300, 400], None));
    assert!(one.items.iter().chain(&two.items).all(|invoice| invoice.account == ACCOUNT));
    assert_eq!(recorded.lines()[2], "Get /el/racuni?merilnoMesto=6-123457");
}

#[test]
fn a_bill_is_passed_on_as_it_was_billed() {
    let list = format!("[{}]", bill("R-1", "6-123456", "2024-08-08", "24.17"));
    let range = DateRange { first: Some(Date { year: 2024, month: 8, day: 1 }), last: None };
    let recorded = Recorded::new([Response::of(200, list), Response::of(200, "[]")]);
    let listed = recorded.system().invoices(ACCOUNT, &InvoiceFilter::Issued(range), &page(None, 10)).unwrap();
    let invoice = &listed.items[0];
    assert_eq!((invoice.number.as_str(), invoice.period), ("07/2024", Some(Period { year: 2024, month: 7 })));
    assert_eq!((invoice.total, invoice.installments.len(), invoice.installments[0].amount), (2417, 1, 2417));
    assert_eq!(invoice.lines[0].quantity.as_ref().unwrap().value.to_string(), "151.253");
    assert_eq!(invoice.payment.as_ref().unwrap().reference.as_deref(), Some("SI00 1"));
    assert_eq!(invoice.document_types.as_deref().unwrap(), ["application/pdf", "application/xml"]);
    assert_eq!(recorded.lines()[0], "Get /el/racuni?merilnoMesto=6-123456&od=2024-08-01");
}

#[test]
fn an_invoice_and_its_documents_are_found_by_its_id_alone() {
    let id = format!("R-1|{ACCOUNT}");
    let body = bill("R-1", "6-123457", "2024-08-08", "-1.50");
    let eslog = r#"<?xml version="1.0"?><Invoice xmlns="urn:eslog:2.00"/>"#;
    let recorded = Recorded::new([Response::of(200, body), Response::of(200, "%PDF-1.4"), Response::of(200, eslog)]);
    let invoice = recorded.system().invoice(&id).unwrap();
    assert_eq!((invoice.id.as_str(), invoice.account.as_str(), invoice.total), (id.as_str(), ACCOUNT, -150));
    assert!(invoice.signed_total && invoice.installments.is_empty());
    assert_eq!(recorded.system().document(&id, "application/pdf").unwrap().content, b"%PDF-1.4");
    assert_eq!(recorded.system().document(&id, "application/xml").unwrap().content, eslog.as_bytes());
    let accepts: Vec<_> =
        recorded.asked().into_iter().map(|asked| asked.header("accept").unwrap().to_owned()).collect();
    assert_eq!(accepts, ["application/json", "application/pdf", "application/xml"]);
}

#[test]
fn what_is_no_document_or_not_there_yet_is_said_so() {
    let id = format!("R-1|{ACCOUNT}");
    let open = r#"{"code":"PERIOD_OPEN","message":"","fields":[],"availableFrom":"2024-09-08"}"#;
    let recorded =
        Recorded::new([Response::of(409, open), Response::of(200, "<html>later</html>"), Response::of(200, "later")]);
    let until = Date { year: 2024, month: 9, day: 8 };
    assert_eq!(recorded.system().document(&id, "application/pdf"), Err(Error::NotAvailableYet(Some(until))));
    assert!(matches!(recorded.system().document(&id, "application/xml"), Err(Error::Upstream(_))));
    assert!(matches!(recorded.system().document(&id, "application/pdf"), Err(Error::Upstream(_))));
    assert!(matches!(recorded.system().document(&id, "text/csv"), Err(Error::Rejected(_))));
}

#[test]
fn another_points_bills_are_refused() {
    let list = format!("[{}]", bill("R-1", "6-999999", "2024-08-08", "1.00"));
    let refused =
        Recorded::new([Response::of(200, list)]).system().invoices(ACCOUNT, &InvoiceFilter::All, &page(None, 9));
    assert!(matches!(refused, Err(Error::Upstream(_))), "{refused:?}");
    let one = bill("R-1", "6-999999", "2024-08-08", "1.00");
    let refused = Recorded::new([Response::of(200, one)]).system().invoice(&format!("R-1|{ACCOUNT}"));
    assert!(matches!(refused, Err(Error::Upstream(_))), "{refused:?}");
}
