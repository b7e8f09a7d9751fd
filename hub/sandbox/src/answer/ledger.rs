//! The account card.

use komunala_app::ports::billing::Part;
use komunala_domain::{Currency, LedgerEntry, ledger::LedgerKind};

use super::{
    At, Checked, Expected, list,
    value::{TEXT, currency, cursor, date, external_id, issuer, optional_money, optional_text},
};
use crate::contract::v0_1::ledger::exports::komunala::adapter::ledger as wire;

/// A page of the card.
pub(crate) fn page(page: wire::LedgerPage, size: usize, expected: &Expected) -> Checked<Part<LedgerEntry>> {
    let currency = currency(&page.currency, expected).at("currency")?;
    Ok(Part {
        items: list(page.items, size, |row| entry(row, currency)).at("items")?,
        next: cursor(page.next).at("next")?,
    })
}

fn entry(entry: wire::LedgerEntry, currency: Currency) -> Checked<LedgerEntry> {
    external_id(entry.id).at("id")?;
    Ok(LedgerEntry {
        date: date(entry.date).at("date")?,
        kind: match entry.kind {
            wire::EntryKind::Invoice => LedgerKind::Invoice,
            wire::EntryKind::Payment => LedgerKind::Payment,
            // neither billed nor paid
            wire::EntryKind::Correction | wire::EntryKind::Other => LedgerKind::Correction,
        },
        text: optional_text(entry.text, TEXT).at("text")?,
        debit: optional_money(entry.debit, currency).at("debit")?,
        credit: optional_money(entry.credit, currency).at("credit")?,
        balance: optional_money(entry.balance, currency).at("balance")?,
        reference: optional_text(entry.reference, 64).at("reference")?,
        issuer: issuer(entry.issuer).at("issuer")?,
    })
}
