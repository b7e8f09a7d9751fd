//! Bills and their documents.

use komunala_adapter_sdk::{
    Date, Decimal, Error, Period, Quantity,
    http::{Recorded, Response},
    invoice_types::{Installment, Invoice, InvoiceKind, Subtotal, SubtotalKind},
    invoices::InvoiceFilter,
    types::{DateRange, PageRequest, PeriodRange},
};

use crate::recorded::{Ruma, first, json};

const RUMA: &str = include_str!("samples/invoice_ruma.json");
const CHERNIHIV: &str = include_str!("samples/invoice_chernihiv.json");

fn mapped(sample: &str) -> Invoice {
    let recorded = Recorded::new([json(200, sample)]);
    let number = sample.split('"').nth(3).unwrap().to_owned();
    recorded.ruma().invoice(&number).unwrap()
}

fn quantity(unscaled: i64, scale: u8, unit: &str) -> Option<Quantity> {
    Some(Quantity { value: Decimal::new(unscaled, scale), unit: unit.to_owned() })
}

#[test]
fn a_bill_keeps_its_lines_installments_reads_and_payment_instruction() {
    let invoice = mapped(RUMA);
    assert_eq!((invoice.number.as_str(), invoice.account.as_str()), ("24-07-0012345", "a-7f31"));
    assert_eq!(invoice.period, Some(Period { year: 2024, month: 7 }));
    assert_eq!((invoice.total, invoice.currency.as_str()), (431_207, "RSD"));
    assert_eq!(
        invoice.installments,
        [
            Installment { part: 1, amount: 258_724, due: Some(Date { year: 2024, month: 8, day: 20 }) },
            Installment { part: 2, amount: 172_483, due: Some(Date { year: 2025, month: 1, day: 20 }) },
        ]
    );
    let line = &invoice.lines[0];
    assert_eq!((&line.quantity, line.vat_rate), (&quantity(70_677, 2, "kWh"), Some(Decimal::new(10, 0))));
    assert_eq!((line.net, line.vat, line.gross), (Some(392_006), None, Some(431_207)));
    let read = &invoice.reads[0];
    assert_eq!((read.first, read.last), (Decimal::new(10_432, 0), Decimal::new(10_498, 0)));
    assert_eq!(read.used, quantity(66, 0, "m3"));
    assert_eq!(read.conversion, Some(Decimal::new(10_187, 4)));
    assert_eq!(read.calorific_value, quantity(10_512, 3, "kWh/m3"));
    assert_eq!(read.energy, quantity(70_677, 2, "kWh"));
    let payment = invoice.payment.unwrap();
    assert_eq!((payment.model.as_deref(), payment.code.as_deref()), (Some("97"), Some("189")));
    assert_eq!((invoice.issuer, invoice.subtotals.len()), (None, 0));
}

#[test]
fn a_bill_of_one_of_two_issuers_keeps_privilege_subsidy_and_iban() {
    let invoice = mapped(CHERNIHIV);
    assert_eq!(invoice.issuer.unwrap().code, "SUPPLIER");
    assert_eq!(
        invoice.subtotals,
        [
            Subtotal { kind: SubtotalKind::Privilege, amount: 12_050 },
            Subtotal { kind: SubtotalKind::Subsidy, amount: 30_000 },
        ]
    );
    let payment = invoice.payment.unwrap();
    assert_eq!(payment.account, "UA213223130000026007233566001");
    assert_eq!((payment.model, payment.code), (None, None));
}

#[test]
fn a_credit_note_may_be_negative_and_has_nothing_due() {
    let sample = r#"{"invoiceNo":"C-1","accountId":"a","kind":"CREDIT","period":"2024-07","issued":"2024-08-03",
        "lines":[{"code":null,"text":"Storno","net":"-10.00","vatRate":"10","gross":"-11.00"}],
        "total":"-11.00","currency":"RSD","due":[],"payment":null}"#;
    let invoice = mapped(sample);
    assert_eq!((invoice.kind, invoice.total), (InvoiceKind::CreditNote, -1100));
    assert!(invoice.installments.is_empty() && invoice.payment.is_none());
    assert_eq!((&invoice.lines[0].code, &invoice.lines[0].quantity), (&None, &None));
}

#[test]
fn an_amount_that_its_currency_cannot_express_is_an_error() {
    let sample = RUMA.replace("\"total\": \"4312.07\"", "\"total\": \"4312.075\"");
    assert_ne!(sample, RUMA);
    let recorded = Recorded::new([json(200, &sample)]);
    assert!(matches!(recorded.ruma().invoice("24-07-0012345"), Err(Error::Upstream(_))));
}

#[test]
fn an_invoice_that_was_not_asked_for_is_refused() {
    let recorded = Recorded::new([json(200, RUMA)]);
    assert!(matches!(recorded.ruma().invoice("24-07-0099999"), Err(Error::Upstream(_))));
}

#[test]
fn a_list_is_read_page_by_page_and_an_invoice_that_recurs_is_taken_once() {
    let page = format!(r#"{{"items":[{RUMA},{CHERNIHIV},{RUMA}],"page":1,"pages":2}}"#);
    let recorded = Recorded::new([json(200, &page), json(200, r#"{"items":[],"page":2,"pages":2}"#)]);
    let billing = recorded.ruma();
    let listed = billing.invoices("a-7f31", &InvoiceFilter::All, &first(24)).unwrap();
    assert_eq!(listed.items.len(), 2);
    let rest = PageRequest { cursor: listed.next, size: 100 };
    assert_eq!(billing.invoices("a-7f31", &InvoiceFilter::All, &rest).unwrap().next, None);
    assert_eq!(
        recorded.lines(),
        ["Get /gas/v1/accounts/a-7f31/invoices?page=1&size=24", "Get /gas/v1/accounts/a-7f31/invoices?page=2&size=24",]
    );
}

#[test]
fn an_empty_list_is_no_error() {
    let recorded = Recorded::new([json(200, r#"{"items":[],"page":1,"pages":0}"#)]);
    let listed = recorded.ruma().invoices("a", &InvoiceFilter::All, &first(20)).unwrap();
    assert_eq!((listed.items.len(), listed.next), (0, None));
}

#[test]
fn bills_are_filtered_by_day_of_issue_or_by_period() {
    let empty = || json(200, r#"{"items":[],"page":1,"pages":0}"#);
    let recorded = Recorded::new([empty(), empty()]);
    let from = Date { year: 2024, month: 7, day: 1 };
    let issued = InvoiceFilter::Issued(DateRange { first: Some(from), last: None });
    let month = Period { year: 2024, month: 7 };
    let periods = InvoiceFilter::Periods(PeriodRange { first: Some(month), last: Some(month) });
    for filter in [issued, periods] {
        recorded.ruma().invoices("a", &filter, &first(20)).unwrap();
    }
    assert_eq!(
        recorded.lines(),
        [
            "Get /gas/v1/accounts/a/invoices?page=1&size=20&from=2024-07-01",
            "Get /gas/v1/accounts/a/invoices?page=1&size=20&from=2024-07&to=2024-07",
        ]
    );
}

#[test]
fn a_period_that_is_open_is_not_available_yet() {
    let open = r#"{"code":"PERIOD_OPEN","message":"","fields":[],"availableFrom":"2024-08-12"}"#;
    let until = Error::NotAvailableYet(Some(Date { year: 2024, month: 8, day: 12 }));
    let recorded = Recorded::new([json(409, open), json(409, open)]);
    assert_eq!(recorded.ruma().invoice("24-08-1"), Err(until.clone()));
    assert_eq!(recorded.ruma().document("24-08-1", "application/pdf"), Err(until));
}

#[test]
fn a_pdf_passes_through_byte_for_byte_and_nothing_else_passes_as_one() {
    let pdf = b"%PDF-1.7\n\x00\xff%%EOF".to_vec();
    let answer = |body: &[u8]| Ok(Response { status: 200, body: body.to_vec(), ..Response::default() });
    let recorded = Recorded::new([answer(&pdf), answer(b"<html>maintenance</html>")]);
    assert_eq!(recorded.ruma().document("24/07 1", "application/pdf").unwrap().content, pdf);
    assert!(matches!(recorded.ruma().document("1", "application/pdf"), Err(Error::Upstream(_))));
    assert!(matches!(recorded.ruma().document("1", "application/xml"), Err(Error::Rejected(_))));
    assert_eq!(recorded.lines()[0], "Get /gas/v1/invoices/24%2F07%201/pdf");
}
