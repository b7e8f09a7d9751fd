use jiff::{
    ToSpan,
    civil::{Date, date},
};

use super::*;
use crate::{
    Currency, Money,
    invoice::{Discount, DocumentHint, Installment, PaymentInstruction, Subtotal},
};

/// The last day on which a discount holds.
const EARLY: Date = date(2024, 8, 15);

fn money(minor: i64) -> Money {
    Money { minor, currency: Currency::RSD }
}

fn line(net: Option<i64>, gross: Option<i64>) -> InvoiceLine {
    InvoiceLine {
        code: None,
        text: "gas".to_owned(),
        quantity: None,
        unit: None,
        unit_price: None,
        net: net.map(money),
        tax_rate: None,
        tax: None,
        gross: gross.map(money),
    }
}

fn bill(lines: Vec<InvoiceLine>, subtotals: &[(SubtotalKind, i64)], total: i64, parts: &[i64]) -> Invoice {
    let subtotal = |(kind, minor): &(SubtotalKind, i64)| Subtotal { kind: *kind, amount: money(*minor) };
    let part = |(at, minor): (i32, &i64)| Installment {
        amount: money(*minor),
        due: date(2024, 8, 20).checked_add(at.months()).unwrap(),
    };
    Invoice {
        external_id: "1".parse().unwrap(),
        number: "1".to_owned(),
        kind: InvoiceKind::Invoice,
        period: None,
        issued: None,
        available_from: None,
        issuer: None,
        supply_points: vec![],
        lines,
        meter_reads: vec![],
        subtotals: subtotals.iter().map(subtotal).collect(),
        total: money(total),
        installments: (0..).zip(parts).map(part).collect(),
        discounts: vec![],
        buckets: None,
        payment: None,
        document: DocumentHint::Unknown,
        media_types: vec![],
    }
}

fn instruction() -> PaymentInstruction {
    let (account, payee) = ("160-123456789-56".to_owned(), "GAS".to_owned());
    PaymentInstruction { account, payee, model: None, reference: None, code: None, purpose: None }
}

/// A sequence of numbers that is the same every time (Marsaglia's xorshift64).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, most: u64) -> i64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        i64::try_from(self.0 % most).unwrap()
    }

    /// A bill that adds up, as one of the billing systems would print it.
    fn bill(&mut self) -> Invoice {
        let prints_gross = self.below(2) == 0;
        let mut lines = Vec::new();
        let (mut charged, mut tax) = (0, 0);
        for _ in 0..1 + self.below(6) {
            // an adjustment may be below zero
            let net = self.below(2_000_000) - 200_000;
            let vat = (net * 10 + 50) / 100;
            lines.push(line(Some(net), prints_gross.then_some(net + vat)));
            charged += net;
            tax += vat;
        }
        let mut subtotals = vec![(SubtotalKind::Charge, charged)];
        let mut total = charged + tax;
        if !prints_gross || self.below(2) == 0 {
            // beside lines with tax it repeats what they have
            subtotals.push((SubtotalKind::Vat, tax));
        }
        if self.below(3) == 0 {
            let owed = self.below(900_000) - 300_000;
            subtotals.push((SubtotalKind::PreviousBalance, owed));
            total += owed;
        }
        if self.below(4) == 0 {
            let relief = self.below(300_000);
            subtotals.push((SubtotalKind::Privilege, if self.below(2) == 0 { relief } else { -relief }));
            total -= relief;
        }
        let first = total * 60 / 100;
        let parts = match self.below(3) {
            0 => vec![],
            1 => vec![total],
            _ => vec![first, total - first],
        };
        let mut bill = bill(lines, &subtotals, total, &parts);
        match self.below(8) {
            // its lines as they are, its total with the other sign
            0 if total > 0 => {
                bill.kind = InvoiceKind::CreditNote;
                bill.total = money(-total);
                bill.installments.clear();
            }
            1..=3 if total > 1 => {
                let amount = money(1 + self.below(total.unsigned_abs() - 1));
                bill.payment = Some(instruction());
                bill.discounts.push(Discount { amount, until: EARLY, text: None });
            }
            _ => {}
        }
        bill
    }
}

#[test]
fn a_hundred_thousand_bills_add_up_to_the_minor_unit_and_a_unit_more_never_does() {
    let mut numbers = Numbers(0x5DEE_CE66_D1CE_B00C);
    let (mut without_parts, mut found_out, mut credit_notes, mut early) = (0, 0, 0, 0);
    for _ in 0..100_000 {
        let bill = numbers.bill();
        assert_eq!(bill.contradictions(), [], "{bill:?}");
        let parts: i64 = bill.installments.iter().map(|part| part.amount.minor).sum();
        without_parts += u32::from(bill.installments.is_empty());
        credit_notes += u32::from(bill.kind == InvoiceKind::CreditNote);
        if let [discount] = bill.discounts.as_slice() {
            // who pays early pays less; what was billed stays what it is
            let to_pay = |day| bill.payable(day, None).unwrap().amount.minor;
            assert_eq!(to_pay(EARLY) + discount.amount.minor, bill.total.minor, "{bill:?}");
            assert_eq!(to_pay(EARLY.tomorrow().unwrap()), bill.total.minor, "{bill:?}");
            early += 1;
        }
        assert!(bill.installments.is_empty() || parts == bill.total.minor);

        let off = Invoice { total: money(bill.total.minor + 1), ..bill };
        let expected = if off.installments.is_empty() { 0 } else { 1 };
        let found = off.contradictions();
        assert_eq!(found.iter().filter(|found| **found == Contradiction::Installments).count(), expected, "{off:?}");
        found_out += u32::from(found.contains(&Contradiction::Lines));
    }
    assert!((38_000..44_000).contains(&without_parts), "{without_parts}");
    assert!(credit_notes > 10_000 && early > 30_000, "{credit_notes}, {early}");
    // a subtotal of exactly one unit would explain it
    assert!(found_out > 99_900, "{found_out}");
}

#[test]
fn the_bills_of_the_reference_billing_systems_add_up() {
    let gas = bill(vec![line(Some(392_006), Some(431_207))], &[], 431_207, &[258_724, 172_483]);
    let lines = [94_140, 37_440, 32_940, -3_138].map(|net| line(Some(net), None)).to_vec();
    let water = bill(lines, &[(SubtotalKind::Vat, 13_158), (SubtotalKind::PreviousBalance, 0)], 174_540, &[174_540]);
    let reliefs = [(SubtotalKind::Privilege, 12_050), (SubtotalKind::Subsidy, 30_000)];
    let relieved = bill(vec![line(Some(80_000), Some(96_000))], &reliefs, 53_950, &[53_950]);
    for bill in [gas, water, relieved] {
        assert_eq!(bill.contradictions(), [], "{bill:?}");
    }
}

#[test]
fn what_does_not_come_to_the_total_is_named() {
    let parts = bill(vec![line(None, Some(1_000))], &[], 1_000, &[600, 399]);
    assert_eq!(parts.contradictions(), [Contradiction::Installments]);
    let lines = bill(vec![line(None, Some(999))], &[(SubtotalKind::Penalty, 5)], 1_000, &[1_000]);
    assert_eq!(lines.contradictions(), [Contradiction::Lines]);
    let large = bill(vec![line(None, Some(i64::MAX)), line(None, Some(1))], &[], 1_000, &[]);
    assert_eq!(large.contradictions(), [Contradiction::TooLarge]);
}

#[test]
fn what_a_bill_does_not_say_contradicts_nothing() {
    let unsaid = bill(vec![line(None, None), line(Some(1), None)], &[], 1_000, &[]);
    assert_eq!(unsaid.contradictions(), []);
    assert_eq!(bill(vec![], &[], 1_000, &[]).contradictions(), []);
    let reminder = bill(vec![line(None, Some(1))], &[], 1_000, &[3]);
    assert_eq!(Invoice { kind: InvoiceKind::Reminder, ..reminder }.contradictions(), []);
    let credit = bill(vec![line(None, Some(1_000))], &[], -1_000, &[]);
    assert_eq!(Invoice { kind: InvoiceKind::CreditNote, ..credit }.contradictions(), []);
}
