use super::*;
use jiff::civil::date;
use komunala_app::ports::copies::DocumentCopy;
use komunala_domain::{
    Buckets, Currency, Invoice, Money, Sha256,
    balance::Issuer,
    ids::{AccountId, InvoiceId, SupplyPointId},
    invoice::Payable,
};
use rust_decimal::Decimal;

fn rsd(minor: i64) -> Money {
    Money { minor, currency: "RSD".parse::<Currency>().unwrap() }
}

/// The example of the gas billing system.
fn gas() -> InvoiceCopy {
    let invoice = Invoice {
        external_id: "24-07-0012345".parse().unwrap(),
        number: "24-07-0012345".into(),
        kind: InvoiceKind::Invoice,
        period: Some("2024-07".parse().unwrap()),
        issued: Some(date(2024, 8, 3)),
        available_from: None,
        issuer: None,
        supply_points: vec!["R-0012345".parse().unwrap()],
        lines: vec![InvoiceLine {
            code: Some("ENERGY".into()),
            text: "Prirodni gas".into(),
            quantity: Some(Decimal::new(70_677, 2)),
            unit: Some("kWh".into()),
            unit_price: None,
            net: Some(rsd(392_006)),
            tax_rate: Some(Decimal::from(10)),
            tax: None,
            gross: Some(rsd(431_207)),
        }],
        meter_reads: vec![MeterRead {
            supply_point: "R-0012345".parse().unwrap(),
            serial_number: "G4-118822".into(),
            register: "TOTAL".to_owned(),
            from: Decimal::from(10_432),
            to: Decimal::from(10_498),
            consumption: [Consumption { quantity: Decimal::from(66), unit: "m3".into() }].into_iter().collect(),
            conversion_factor: Some(Decimal::new(10_187, 4)),
            calorific_value: Some(Decimal::new(10_512, 3)),
        }],
        subtotals: vec![Subtotal { kind: SubtotalKind::PreviousBalance, amount: rsd(-5) }],
        total: rsd(431_207),
        installments: vec![
            Installment { amount: rsd(258_724), due: date(2024, 8, 20) },
            Installment { amount: rsd(172_483), due: date(2025, 1, 20) },
        ],
        discounts: vec![],
        buckets: None,
        payment: Some(PaymentInstruction {
            account: "160-123456789-56".into(),
            payee: "JP GAS".into(),
            model: Some("97".into()),
            reference: Some("28-0012345202407".into()),
            code: Some("189".into()),
            purpose: None,
        }),
        document: DocumentHint::Available,
        media_types: vec![],
    };
    InvoiceCopy {
        id: InvoiceId::new(),
        account: AccountId::new(),
        provider: "gas-town".parse().unwrap(),
        invoice,
        points: vec![SupplyPointId::new()],
        document: None,
        as_of: "2024-08-04T10:00:00Z".parse().unwrap(),
    }
}

/// As it is shown on a day on which nothing can be paid of it.
fn shown(copy: InvoiceCopy) -> v1::Invoice {
    invoice(copy, Standing { state: InvoiceState::NothingDue, payable: None, awaited: None })
}

#[test]
fn an_invoice_says_what_can_be_paid_of_it_and_until_when() {
    let copy = gas();
    let point = format!("providers/gas-town/accounts/{}/points/{}", copy.account, copy.points[0]);
    let payable = Payable { amount: rsd(400_000), due: None, until: Some(date(2024, 8, 15)) };
    let message = invoice(copy, Standing { state: InvoiceState::Due, payable: Some(payable), awaited: None });
    assert_eq!((message.state(), message.supply_points), (v1::InvoiceState::Due, vec![point]));
    assert_eq!((message.payable_amount.unwrap().units, message.payable_until_date.unwrap().day), (4000, 15));
    let nothing = shown(gas());
    assert_eq!((nothing.payable_amount, nothing.payable_until_date), (None, None));
}

#[test]
fn of_an_invoice_that_may_not_be_seen_yet_only_the_day_is_told() {
    let awaited = Some(date(2024, 8, 12));
    let message = invoice(gas(), Standing { state: InvoiceState::Due, payable: None, awaited });
    assert_eq!(message.not_available_until.unwrap().day, 12);
    assert_eq!((message.state(), message.period.as_str()), (v1::InvoiceState::Upcoming, "2024-07"));
    assert!(message.number.is_empty() && message.total.is_none() && message.lines.is_empty());
}

#[test]
fn an_invoice_shows_what_was_billed_and_nothing_else() {
    let copy = gas();
    let name = format!("providers/gas-town/accounts/{}/invoices/{}", copy.account, copy.id);
    let message = shown(copy);
    assert_eq!((message.name, message.period.as_str()), (name, "2024-07"));
    let total = message.total.unwrap();
    assert_eq!((total.currency_code.as_str(), total.units, total.nanos), ("RSD", 4312, 70_000_000));
    let due: Vec<_> = message.installments.iter().map(|part| part.due_date.unwrap()).collect();
    assert_eq!((due[0].month, due[1].year), (8, 2025));
    assert_eq!(message.meter_reads[0].conversion_factor.as_ref().unwrap().value, "1.0187");
    assert_eq!(message.subtotals[0].kind, "PREVIOUS_BALANCE");
    assert_eq!(message.subtotals[0].amount.as_ref().unwrap().nanos, -50_000_000);
    // missing is not zero
    assert!(message.lines[0].unit_price.is_none() && message.buckets.is_empty());
}

#[test]
fn a_document_has_its_digest_once_it_was_fetched() {
    let hinted = shown(gas()).document.unwrap();
    assert_eq!((hinted.origin(), hinted.sha256.as_str()), (v1::DocumentOrigin::BillingSystem, ""));

    let document = DocumentCopy { sha256: Sha256([0xAB; 32]), size: 1234, media_type: "application/pdf".into() };
    let fetched = shown(InvoiceCopy { document: Some(document), ..gas() }).document.unwrap();
    assert_eq!((fetched.sha256, fetched.size_bytes), ("ab".repeat(32), 1234));

    let mut without = gas();
    without.invoice.document = DocumentHint::Absent;
    assert_eq!(shown(without).document.unwrap().origin(), v1::DocumentOrigin::Informative);
}

#[test]
fn only_buckets_that_are_known_are_named() {
    let mut copy = gas();
    let named = Buckets { overdue: Some(rsd(0)), credit: Some(rsd(500)), ..Buckets::default() };
    copy.invoice.buckets = Some(Box::new(named));
    copy.invoice.issuer = Some(Issuer { code: "SUPPLIER".into(), name: None });
    let message = shown(copy);
    let kinds: Vec<_> = message.buckets.iter().map(|bucket| bucket.kind.as_str()).collect();
    assert_eq!(kinds, ["OVERDUE", "CREDIT"]);
    assert_eq!((message.issuer.as_str(), message.issuer_name.as_str()), ("SUPPLIER", ""));
}
