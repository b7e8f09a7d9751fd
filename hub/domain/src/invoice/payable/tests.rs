use jiff::civil::date;

use super::*;
use crate::{
    Currency,
    invoice::{Discount, DocumentHint, PaymentInstruction},
};

fn money(minor: i64) -> Money {
    Money { minor, currency: Currency::RSD }
}

fn bill(total: i64, installments: &[(i64, Date)], discounts: &[(i64, Date)]) -> Invoice {
    let parts = installments.iter().map(|(amount, due)| Installment { amount: money(*amount), due: *due });
    let discounts =
        discounts.iter().map(|(amount, until)| Discount { amount: money(*amount), until: *until, text: None });
    Invoice {
        external_id: "1".parse().unwrap(),
        number: "1".to_owned(),
        kind: InvoiceKind::Invoice,
        period: None,
        issued: None,
        available_from: None,
        issuer: None,
        supply_points: vec![],
        lines: vec![],
        meter_reads: vec![],
        subtotals: vec![],
        total: money(total),
        installments: parts.collect(),
        discounts: discounts.collect(),
        buckets: None,
        payment: Some(PaymentInstruction {
            account: "160-123456789-56".to_owned(),
            payee: "JP Toplana".to_owned(),
            model: None,
            reference: None,
            code: None,
            purpose: None,
        }),
        document: DocumentHint::Unknown,
        media_types: vec![],
    }
}

const FIRST: Date = date(2024, 8, 20);
const SECOND: Date = date(2025, 1, 20);

#[test]
fn a_part_is_what_was_billed_as_that_part() {
    let bill = bill(431_207, &[(258_724, FIRST), (172_483, SECOND)], &[(20_000, FIRST)]);
    let part = |number| bill.payable(date(2024, 8, 10), Some(number));
    assert_eq!(part(1), Ok(Payable { amount: money(258_724), due: Some(FIRST), until: None }));
    assert_eq!(part(2), Ok(Payable { amount: money(172_483), due: Some(SECOND), until: None }));
    for none in [0, 3, usize::MAX] {
        assert_eq!(part(none), Err(NotPayable::NoSuchInstallment { count: 2 }), "{none}");
    }
}

#[test]
fn a_discount_is_taken_off_the_whole_up_to_its_last_day() {
    let ends = date(2024, 8, 15);
    let bill = bill(100_000, &[(100_000, FIRST)], &[(5_000, ends), (2_000, FIRST)]);
    let on = |day| bill.payable(day, None).map(|payable| (payable.amount.minor, payable.until));
    for (day, expected) in [
        (date(2024, 8, 1), (93_000, Some(ends))),
        (ends, (93_000, Some(ends))),
        (date(2024, 8, 16), (98_000, Some(FIRST))),
        (FIRST, (98_000, Some(FIRST))),
        (date(2024, 8, 21), (100_000, None)),
    ] {
        assert_eq!(on(day), Ok(expected), "{day}");
    }
    assert_eq!(bill.payable(ends, Some(1)), bill.payable(ends, None), "its only part is the whole of it");
}

#[test]
fn what_asks_for_nothing_cannot_be_paid() {
    let day = date(2024, 8, 1);
    let of = |invoice: Invoice| invoice.payable(day, None).unwrap_err();
    assert_eq!(of(bill(0, &[(0, FIRST)], &[])), NotPayable::NothingOwed);
    assert_eq!(of(bill(-5, &[], &[])), NotPayable::NothingOwed);
    assert_eq!(of(bill(500, &[], &[(500, FIRST)])), NotPayable::NothingOwed);
    assert_eq!(of(bill(i64::MIN, &[], &[(1, FIRST)])), NotPayable::NothingOwed);
    assert_eq!(of(Invoice { kind: InvoiceKind::CreditNote, ..bill(500, &[], &[]) }), NotPayable::CreditNote);
    assert_eq!(of(Invoice { payment: None, ..bill(500, &[], &[]) }), NotPayable::NoInstruction);
    assert_eq!(bill(500, &[], &[]).payable(day, Some(1)), Err(NotPayable::NoSuchInstallment { count: 0 }));
    assert_eq!(bill(500, &[], &[]).payable(day, None).map(|payable| payable.amount), Ok(money(500)));
}

#[test]
fn a_bill_is_past_due_the_day_after_its_last_part_was_due() {
    use crate::invoice::InvoiceState::{Due, NothingDue, PastDue};
    let parts = bill(431_207, &[(258_724, FIRST), (172_483, SECOND)], &[]);
    for (day, state) in [(FIRST, Due), (date(2024, 8, 21), Due), (SECOND, Due), (date(2025, 1, 21), PastDue)] {
        assert_eq!(parts.state(day), state, "{day}");
    }
    assert_eq!(bill(5, &[], &[]).state(SECOND), Due, "no day is named");
    assert_eq!(bill(0, &[(0, FIRST)], &[]).state(SECOND), NothingDue);
    assert_eq!(bill(-5, &[], &[]).state(FIRST), NothingDue);
    assert_eq!(Invoice { kind: InvoiceKind::CreditNote, ..bill(5, &[], &[]) }.state(FIRST), NothingDue);
}

#[test]
fn a_bill_is_awaited_until_the_day_on_which_it_may_be_seen() {
    let bill = Invoice { available_from: Some(FIRST), ..bill(5, &[], &[]) };
    assert_eq!(bill.awaited(date(2024, 8, 19)), Some(FIRST));
    assert_eq!(bill.awaited(FIRST), None);
}
