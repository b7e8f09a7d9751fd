//! What special customers get beside the monthly bills, all of it made from the last of them.

use crate::amount::Amount;
use crate::gas::customer::Customer;
use crate::gas::invoice::{Due, Invoice, InvoiceKind, InvoiceNo};
use crate::gas::kind::Kind;
use crate::gas::usage::EPOCH;
use crate::month::Month;

use super::taxed;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Beside {
    Credit,
    Reminder,
    Advance,
    Double,
}

/// What stands beside `bill`, if anything does in this month.
pub(super) fn beside(bill: &Invoice, customer: Customer, period: Month) -> Option<Invoice> {
    Some(match sort(customer, period)? {
        Beside::Credit => credit_note(bill, customer),
        Beside::Reminder => reminder(bill, customer),
        Beside::Advance => advance(bill, customer),
        Beside::Double => Invoice { invoice_no: InvoiceNo::compose(period, &customer.number(), "D"), ..bill.clone() },
    })
}

/// The number of a bill that was issued twice in the month and taken back when the next month's bills came.
pub(in crate::gas) fn withdrawn(customer: Customer, period: Month) -> Option<String> {
    (sort(customer, period) == Some(Beside::Double)).then(|| InvoiceNo::compose(period, &customer.number(), "D"))
}

fn sort(customer: Customer, period: Month) -> Option<Beside> {
    let every = |months: i32| period.since(EPOCH).rem_euclid(months) == 0;
    match customer.kind() {
        Kind::CreditNotes if every(6) => Some(Beside::Credit),
        Kind::Reminders if every(6) => Some(Beside::Reminder),
        Kind::Advances if every(6) => Some(Beside::Advance),
        Kind::Withdrawn if every(2) => Some(Beside::Double),
        _ => None,
    }
}

/// A paper of another kind, with nothing of the bill's sums on it.
fn paper(bill: &Invoice, customer: Customer, kind: InvoiceKind, suffix: &str) -> Invoice {
    Invoice {
        invoice_no: InvoiceNo::compose(bill.period, &customer.number(), suffix),
        kind,
        reads: Vec::new(),
        lines: Vec::new(),
        privilege: None,
        subsidy: None,
        due: Vec::new(),
        ..bill.clone()
    }
}

fn credit_note(bill: &Invoice, customer: Customer) -> Invoice {
    let words = customer.utility.wording();
    let net = -bill.total.percent(15);
    let line = taxed(customer.utility, "RECALCULATION", words.recalculation, ("1".to_owned(), words.piece), net);
    Invoice { total: line.gross, lines: vec![line], ..paper(bill, customer, InvoiceKind::Credit, "K") }
}

fn reminder(bill: &Invoice, customer: Customer) -> Invoice {
    let total = bill.total.percent(40);
    Invoice {
        total,
        due: vec![Due { part: 1, amount: total, date: bill.period.plus(1).last_day() }],
        ..paper(bill, customer, InvoiceKind::Reminder, "O")
    }
}

fn advance(bill: &Invoice, customer: Customer) -> Invoice {
    let words = customer.utility.wording();
    let net = Amount::from_minor(200_000);
    let line = taxed(customer.utility, "ADVANCE", words.advance, ("1".to_owned(), words.piece), net);
    Invoice {
        total: line.gross,
        due: vec![Due { part: 1, amount: line.gross, date: bill.period.plus(1).day(20) }],
        lines: vec![line],
        ..paper(bill, customer, InvoiceKind::Advance, "A")
    }
}
