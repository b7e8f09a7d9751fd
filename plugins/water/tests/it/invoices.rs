//! Bills.

use komunala_adapter_sdk::{
    Date, Decimal, Error, Period, Quantity,
    http::Recorded,
    invoice_types::{InvoiceKind, SubtotalKind},
    invoices::InvoiceFilter,
    types::PeriodRange,
};

use crate::recorded::{Ruma, first, result};

const BILL: &str = r#"<Racun><Broj>R-2024-07-004512</Broj><Sifra>004512</Sifra><Period>07.2024</Period><DatumIzdavanja>05.08.2024</DatumIzdavanja><Rok>25.08.2024</Rok>
 <Stavke><Stavka vrsta="VODA" kol="12,00" jm="m3" cena="78,45" iznos="941,40"/><Stavka vrsta="KANALIZACIJA" kol="12,00" jm="m3" cena="31,20" iznos="374,40"/>
 <Stavka vrsta="ODRZAVANJE" kol="54,00" jm="m2" cena="6,10" iznos="329,40"/><Stavka vrsta="RAZLIKA_ZAJEDNICKOG_VODOMERA" kol="-0,40" jm="m3" cena="78,45" iznos="-31,38"/></Stavke>
 <PDV>131,58</PDV><Dug>0,00</Dug><Ukupno>1745,40</Ukupno><Racun_za_uplatu>840-1234567-81</Racun_za_uplatu><PozivNaBroj model="97">11-004512202407</PozivNaBroj></Racun>"#;

fn bill(xml: &str) -> Result<komunala_adapter_sdk::invoice_types::Invoice, Error> {
    let recorded = Recorded::new([result("VratiRacune", xml)]);
    let page = recorded.ruma().invoices("004512", &InvoiceFilter::All, &first(100));
    page.map(|page| page.items.into_iter().next().expect("a bill"))
}

#[test]
fn the_bill_of_the_description_is_passed_on_as_it_is_printed() {
    let bill = bill(BILL).unwrap();
    assert_eq!((bill.id.as_str(), bill.number.as_str()), ("004512:R-2024-07-004512", "R-2024-07-004512"));
    assert_eq!((bill.kind, bill.period), (InvoiceKind::Invoice, Some(Period { year: 2024, month: 7 })));
    assert_eq!((bill.total, bill.currency.as_str()), (174_540, "RSD"));
    let due = bill.installments[0];
    assert_eq!((due.amount, due.due), (174_540, Some(Date { year: 2024, month: 8, day: 25 })));
    let subtotals: Vec<_> = bill.subtotals.iter().map(|it| (it.kind, it.amount)).collect();
    assert_eq!(subtotals, [(SubtotalKind::Vat, 13_158), (SubtotalKind::PreviousBalance, 0)]);
    let water = &bill.lines[0];
    assert_eq!(water.quantity, Some(Quantity { value: Decimal::new(1200, 2), unit: "m3".to_owned() }));
    assert_eq!((water.unit_price, water.net), (Some(Decimal::new(7845, 2)), Some(94_140)));
    assert_eq!((bill.lines[3].net, bill.lines[3].code.as_deref()), (Some(-3138), Some("RAZLIKA_ZAJEDNICKOG_VODOMERA")));
    let payment = bill.payment.unwrap();
    assert_eq!((payment.account.as_str(), payment.model.as_deref()), ("840-1234567-81", Some("97")));
    assert_eq!((payment.reference.as_deref(), payment.code.as_deref()), (Some("11-004512202407"), Some("189")));
    assert_eq!((payment.payee.as_deref(), payment.purpose.as_deref()), (Some("JP Stambeno"), Some("Računi 07/2024")));
}

#[test]
fn a_bill_that_comes_late_is_on_the_page_of_its_day() {
    let later = BILL.replace("R-2024-07", "R-2024-08").replace("05.08.2024", "05.09.2024");
    for list in [format!("{BILL}{later}"), format!("{later}{BILL}")] {
        let recorded = Recorded::new([result("VratiRacune", &list)]);
        let page = recorded.ruma().invoices("004512", &InvoiceFilter::All, &first(1)).unwrap();
        assert_eq!(page.items[0].number, "R-2024-07-004512");
    }
}

#[test]
fn what_was_paid_ahead_makes_a_bill_negative_and_nothing_due() {
    let paid_ahead = BILL.replace("<Dug>0,00", "<Dug>-5000,00").replace("1745,40", "-3254,60");
    let bill = bill(&paid_ahead).unwrap();
    assert_eq!((bill.total, bill.signed_total, bill.installments.len()), (-325_460, true, 0));
}

#[test]
fn a_line_of_a_new_kind_is_passed_on() {
    let bill = bill(&BILL.replace("\"VODA\"", "\"NOVA_NAKNADA\"")).unwrap();
    assert_eq!((bill.lines[0].code.as_deref(), bill.lines[0].text.as_str()), (Some("NOVA_NAKNADA"), "NOVA_NAKNADA"));
}

#[test]
fn a_value_that_is_wrong_is_an_error_and_never_a_guess() {
    for (right, wrong) in [
        ("<Ukupno>1745,40", "<Ukupno>1745.40"),
        ("<Ukupno>1745,40", "<Ukupno>1.745,40"),
        ("<Ukupno>1745,40", "<Ukupno>1745,405"),
        ("<Ukupno>1745,40</Ukupno>", ""),
        ("05.08.2024", "2024-08-05"),
        ("iznos=\"941,40\"", "iznos=\"a\""),
        ("<Sifra>004512", "<Sifra>004513"),
    ] {
        assert!(BILL.contains(right));
        assert!(matches!(bill(&BILL.replace(right, wrong)), Err(Error::Upstream(_))), "{wrong}");
    }
}

#[test]
fn a_bill_that_recurs_is_one_bill_and_none_is_an_empty_page() {
    let recorded = Recorded::new([result("VratiRacune", &BILL.repeat(2)), result("VratiRacune", "")]);
    let page = recorded.ruma().invoices("004512", &InvoiceFilter::All, &first(100)).unwrap();
    assert_eq!(page.items.len(), 1);
    // two years and a day are a window and a day
    let page = recorded
        .ruma()
        .invoices(
            "004512",
            &InvoiceFilter::All,
            &komunala_adapter_sdk::types::PageRequest { cursor: page.next, size: 100 },
        )
        .unwrap();
    assert_eq!((page.items.len(), page.next), (0, None));
}

#[test]
fn periods_are_looked_for_among_the_bills_that_came_after_them() {
    let recorded = Recorded::new([result("VratiRacune", BILL)]);
    let july = Some(Period { year: 2024, month: 7 });
    let filter = InvoiceFilter::Periods(PeriodRange { first: july, last: july });
    assert_eq!(recorded.ruma().invoices("004512", &filter, &first(100)).unwrap().items.len(), 1);
    assert_eq!(recorded.operations(), ["VratiRacune(004512, 01.07.2024, 31.01.2025)"]);
}

#[test]
fn one_bill_is_found_by_its_customer_the_newest_first() {
    let recorded = Recorded::new([result("VratiRacune", ""), result("VratiRacune", BILL)]);
    assert_eq!(recorded.ruma().invoice("004512:R-2024-07-004512").unwrap().total, 174_540);
    assert_eq!(recorded.operations().len(), 2);
    assert_eq!(Recorded::new([]).ruma().invoice("R-2024-07-004512"), Err(Error::NotFound));
}
