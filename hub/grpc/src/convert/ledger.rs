//! Rows of the account card.

use jiff::Timestamp;
use komunala_domain::{LedgerEntry, ledger::LedgerKind};

use super::{date::day, date::moment, money::money};
use crate::{names::AccountName, proto::v1};

pub(crate) fn entry(account: &AccountName, entry: LedgerEntry, as_of: Option<Timestamp>) -> v1::LedgerEntry {
    v1::LedgerEntry {
        account: account.to_string(),
        date: Some(day(entry.date)),
        kind: kind(entry.kind).into(),
        text: entry.text.unwrap_or_default(),
        debit: entry.debit.map(money),
        credit: entry.credit.map(money),
        balance: entry.balance.map(money),
        reference: entry.reference.unwrap_or_default(),
        issuer: entry.issuer.map(|issuer| issuer.code).unwrap_or_default(),
        as_of_time: as_of.map(moment),
    }
}

fn kind(kind: LedgerKind) -> v1::LedgerEntryKind {
    match kind {
        LedgerKind::Invoice => v1::LedgerEntryKind::Invoice,
        LedgerKind::Payment => v1::LedgerEntryKind::Payment,
        LedgerKind::Correction => v1::LedgerEntryKind::Correction,
    }
}
