//! `ledger`: the account card.

use komunala_adapter_sdk::{
    Date, Decimal, Error, Fingerprint, distinct,
    http::{Request, Transport},
    ledger::{EntryKind, Ledger, LedgerEntry, LedgerPage},
    types::{DateRange, Issuer, PageRequest},
};
use serde::Deserialize;

use crate::{
    Gas,
    billing::BillingSystem,
    paging::{Page, Paged},
    text::said,
};

#[derive(Deserialize)]
struct Row {
    date: Date,
    kind: String,
    text: Option<String>,
    debit: Option<Decimal>,
    credit: Option<Decimal>,
    balance: Option<Decimal>,
    #[serde(rename = "ref")]
    reference: Option<String>,
    issuer: Option<String>,
}

impl<T: Transport> BillingSystem<T> {
    /// A page of the account card, oldest first; the contract's `list-entries`. Of an issuer's rows only its code is known
    /// here; its name comes with the balance.
    pub fn ledger(&self, account: &str, range: &DateRange, page: &PageRequest) -> Result<LedgerPage, Error> {
        let page = Page::new(page)?;
        let request = page
            .ask(Request::get(&self.settings.endpoint, &["v1", "accounts", account, "card"])?)
            .query_some("from", range.first)
            .query_some("to", range.last);
        let response = self.read(&request)?;
        let listed: Paged<Row> = response.json()?;
        let entries = listed.items.into_iter().map(|row| self.entry(account, row)).collect::<Result<_, _>>()?;
        Ok(LedgerPage {
            items: distinct(entries, |one, other| one.id.cmp(&other.id)),
            currency: self.settings.currency.clone(),
            next: page.next(listed.pages),
        })
    }

    fn entry(&self, account: &str, row: Row) -> Result<LedgerEntry, Error> {
        let amount = |value: Option<Decimal>| value.map(|value| self.amount(value)).transpose();
        Ok(LedgerEntry {
            id: row.fingerprint(account),
            date: row.date,
            kind: match row.kind.as_str() {
                "INVOICE" => EntryKind::Invoice,
                "PAYMENT" => EntryKind::Payment,
                "CORRECTION" => EntryKind::Correction,
                _ => EntryKind::Other,
            },
            text: said(row.text),
            debit: amount(row.debit)?,
            credit: amount(row.credit)?,
            balance: amount(row.balance)?,
            reference: said(row.reference),
            issuer: said(row.issuer).map(|code| Issuer { code, name: None }),
        })
    }
}

impl Row {
    /// Rows have no number: equal in all their fields is the same row.
    fn fingerprint(&self, account: &str) -> String {
        let number = |value: Option<Decimal>| value.map(|value| value.to_string());
        Fingerprint::of(account)
            .and(&self.date.to_string())
            .and(&self.kind)
            .and_some(self.text.as_deref())
            .and_some(number(self.debit).as_deref())
            .and_some(number(self.credit).as_deref())
            .and_some(number(self.balance).as_deref())
            .and_some(self.reference.as_deref())
            .and_some(self.issuer.as_deref())
            .to_string()
    }
}

impl Ledger for Gas {
    fn list_entries(account: String, range: DateRange, page: PageRequest) -> Result<LedgerPage, Error> {
        BillingSystem::here()?.ledger(&account, &range, &page)
    }
}
