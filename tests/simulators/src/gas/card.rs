//! The account card: what was billed, paid and corrected, with a running balance.

use jiff::ToSpan;
use jiff::civil::Date;
use serde::Serialize;

use super::billing;
use super::customer::Customer;
use super::invoice::{Due, Invoice, InvoiceKind};
use super::issuer::Issuer;
use super::payment::PaidIn;
use super::wording::Wording;
use crate::amount::Amount;
use crate::draw::Draw;
use crate::month::Month;

/// A row of the card; the side that is not used is 0.00, the balance is what is owed after the row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct CardRow {
    pub(super) date: Date,
    kind: CardKind,
    text: String,
    debit: Amount,
    credit: Amount,
    pub(super) balance: Amount,
    #[serde(rename = "ref")]
    reference: String,
    /// Whose card it is; the balance is then this issuer's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) issuer: Option<Issuer>,
}

/// What sort of movement a row is; rows of one day stand in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "UPPERCASE")]
enum CardKind {
    Invoice,
    Correction,
    Payment,
}

/// The card on a day, oldest row first: the bills of `months`, what was paid on them, and what else was paid in.
pub(super) fn card(customer: Customer, months: &[Month], paid_in: &[PaidIn], today: Date) -> Vec<CardRow> {
    let words = customer.utility.wording();
    let mut rows = Vec::new();
    for month in months {
        for invoice in billing::issue(customer, *month).into_iter().filter(|invoice| invoice.issued <= today) {
            rows.extend(billed(&invoice, words));
            rows.extend(payments(customer, &invoice, words).filter(|row| row.date <= today));
        }
        let next_issue = customer.utility.complete(month.plus(1));
        if let Some(number) = billing::withdrawn(customer, *month).filter(|_| next_issue <= today) {
            let issued = billing::issue(customer, *month).into_iter().find(|invoice| invoice.invoice_no == number);
            let invoice = issued.expect("what is withdrawn was issued");
            rows.push(row(next_issue, CardKind::Correction, words.withdrawal, -invoice.total, &invoice));
        }
    }
    rows.extend(paid_in.iter().map(|paid| {
        let issuer = customer.utility.issuer_of(&paid.invoice_no);
        CardRow::new(paid.paid_on, CardKind::Payment, words.payment, -paid.amount, paid.reference.clone(), issuer)
    }));
    rows.sort_by(|one, other| (one.date, one.kind, &one.reference).cmp(&(other.date, other.kind, &other.reference)));
    for issuer in customer.utility.issuers() {
        let mut balance = Amount::ZERO;
        for row in rows.iter_mut().filter(|row| row.issuer == *issuer) {
            balance += row.debit - row.credit;
            row.balance = balance;
        }
    }
    rows
}

/// What an issuer is owed after its last row.
pub(super) fn balance(rows: &[CardRow], issuer: Option<Issuer>) -> Amount {
    rows.iter().rfind(|row| row.issuer == issuer).map_or(Amount::ZERO, |row| row.balance)
}

/// The row of an invoice; a reminder only repeats what is owed already.
fn billed(invoice: &Invoice, words: &Wording) -> Option<CardRow> {
    let (kind, text) = match invoice.kind {
        InvoiceKind::Invoice => (CardKind::Invoice, words.invoice),
        InvoiceKind::Advance => (CardKind::Invoice, words.advance_invoice),
        InvoiceKind::Credit => (CardKind::Correction, words.credit_note),
        InvoiceKind::Reminder => return None,
    };
    Some(row(invoice.issued, kind, &format!("{text} {}", invoice.period), invoice.total, invoice))
}

/// What the customer pays on an invoice by himself: mostly in time, sometimes late, now and then never.
fn payments(customer: Customer, invoice: &Invoice, words: &Wording) -> impl Iterator<Item = CardRow> {
    let pays = invoice.kind != InvoiceKind::Reminder && !invoice.invoice_no.ends_with("-D");
    invoice.due.iter().filter(move |due| pays && due.amount > Amount::ZERO).filter_map(move |due| {
        let date = paid_on(customer, invoice, due)?;
        let reference = format!("UPL-{}-{}", invoice.invoice_no, due.part);
        Some(CardRow::new(date, CardKind::Payment, words.payment, -due.amount, reference, invoice.issuer))
    })
}

fn paid_on(customer: Customer, invoice: &Invoice, due: &Due) -> Option<Date> {
    let month = u64::from(invoice.period.since(super::usage::EPOCH).unsigned_abs());
    // Parts are counted from 1 to 2: a second issuer's begin behind them.
    let part = u64::from(due.part) + if invoice.issuer == Some(Issuer::Supplier) { 2 } else { 0 };
    let number = (u64::from(customer.place) * 4096 + month) * 4 + part;
    let mut draw = Draw::new(customer.seed, "payment", number);
    let days = match draw.below(100) {
        0..85 => -draw.between(0, 8),
        85..97 => draw.between(1, 20),
        _ => return None,
    };
    due.date.checked_add(days.days()).ok()
}

/// A row about an invoice.
fn row(date: Date, kind: CardKind, text: &str, amount: Amount, invoice: &Invoice) -> CardRow {
    CardRow::new(date, kind, text, amount, invoice.invoice_no.clone(), invoice.issuer)
}

impl CardRow {
    /// A row that raises the debt by `amount`, or lowers it if that is negative; the balance is filled in later.
    fn new(date: Date, kind: CardKind, text: &str, amount: Amount, reference: String, issuer: Option<Issuer>) -> Self {
        let (debit, credit) = if amount < Amount::ZERO { (Amount::ZERO, -amount) } else { (amount, Amount::ZERO) };
        Self { date, kind, text: text.to_owned(), debit, credit, balance: Amount::ZERO, reference, issuer }
    }
}

#[cfg(test)]
mod tests {
    use super::super::customer::Population;
    use super::super::kind::Kind;
    use super::*;

    const TODAY: Date = Date::constant(2024, 8, 15);

    fn months() -> Vec<Month> {
        (0..24).map(|month| Month::new(2022, 8).plus(month)).collect()
    }

    fn customer_of(kind: Kind) -> Customer {
        Population::of(7, 250).all().find(|customer| customer.kind() == kind).unwrap()
    }

    #[test]
    fn every_balance_is_the_one_before_plus_debit_minus_credit() {
        for kind in Kind::SPECIAL.into_iter().chain([Kind::Ordinary]) {
            let rows = card(customer_of(kind), &months(), &[], TODAY);
            let mut owed = Amount::ZERO;
            for row in &rows {
                owed += row.debit - row.credit;
                assert_eq!(row.balance, owed, "{kind:?}");
            }
            assert!(rows.is_sorted_by_key(|row| row.date), "{kind:?}");
            assert_eq!(balance(&rows, None), owed);
        }
    }

    #[test]
    fn a_bill_that_was_withdrawn_leaves_nothing_owed() {
        // July's second bill was withdrawn when August's bills came.
        let until_august: Vec<Month> = months().into_iter().map(|month| month.plus(1)).collect();
        let rows = card(customer_of(Kind::Withdrawn), &until_august, &[], Date::constant(2024, 9, 15));
        let twice: Amount =
            rows.iter().filter(|row| row.reference.ends_with("-D")).map(|row| row.debit - row.credit).sum();
        assert_eq!(twice, Amount::ZERO);
        assert!(rows.iter().any(|row| row.reference.ends_with("-D")));
    }

    #[test]
    fn a_reminder_has_no_row_and_a_credit_note_is_a_correction() {
        let reminded = card(customer_of(Kind::Reminders), &months(), &[], TODAY);
        assert!(reminded.iter().all(|row| !row.reference.ends_with("-O")));
        let credited = card(customer_of(Kind::CreditNotes), &months(), &[], TODAY);
        let note = credited.iter().find(|row| row.reference.ends_with("-K")).unwrap();
        assert_eq!((note.kind, note.debit), (CardKind::Correction, Amount::ZERO));
        assert!(note.credit > Amount::ZERO);
    }
}
