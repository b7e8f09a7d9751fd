//! The account card of a provider without one: its bills and payments, by date.

use std::cmp::Reverse;

use komunala_domain::{Invoice, LedgerEntry, Money, invoice::InvoiceKind, ledger::LedgerKind};

use super::row::PaymentRow;

/// The card, oldest first. On one day bills come before payments. What was owed before the oldest row that is kept is
/// not known, so no row says what is owed after it. A bill that bears no day stands in the list of bills alone: a card is
/// by date.
pub(super) fn card(bills: &[Invoice], payments: &[PaymentRow]) -> Vec<LedgerEntry> {
    let bills = bills.iter().filter(|bill| bill.kind != InvoiceKind::Reminder).filter_map(|bill| {
        let (debit, credit) = sides(bill.total);
        Some(LedgerEntry {
            date: bill.issued?,
            kind: LedgerKind::Invoice,
            text: None,
            debit,
            credit,
            balance: None,
            reference: Some(bill.number.clone()),
            issuer: bill.issuer.clone(),
        })
    });
    let payments = payments.iter().map(|payment| {
        let (credit, debit) = sides(payment.amount);
        LedgerEntry {
            date: payment.date,
            kind: LedgerKind::Payment,
            text: payment.channel.clone(),
            debit,
            credit,
            balance: None,
            reference: payment.reference.clone(),
            issuer: None,
        }
    });
    let mut card: Vec<_> = bills.chain(payments).collect();
    card.sort_by_key(|entry| (entry.date, Reverse(entry.kind == LedgerKind::Invoice), entry.reference.clone()));
    card
}

/// An amount on the side it belongs to; below zero it stands on the other one.
fn sides(amount: Money) -> (Option<Money>, Option<Money>) {
    if amount.minor < 0 { (None, Some(Money { minor: -amount.minor, ..amount })) } else { (Some(amount), None) }
}
