//! `ledger`: the account card. Its last line is the balance.

use komunala_adapter_sdk::{
    Error, Fingerprint, distinct,
    http::Transport,
    ledger::{EntryKind, Ledger, LedgerEntry, LedgerPage},
    types::{DateRange, PageRequest},
    xml::{Element, Limits},
};

use crate::{
    Water, answer,
    billing::BillingSystem,
    value::{date, decimal, is_customer_number, position},
    window::Window,
};

impl<T: Transport> BillingSystem<T> {
    /// A page of the account card, oldest first; the contract's `list-entries`.
    pub fn ledger(&self, account: &str, range: &DateRange, page: &PageRequest) -> Result<LedgerPage, Error> {
        if !is_customer_number(account) {
            return Err(Error::NotFound);
        }
        let currency = self.settings.currency.clone();
        let Some(window) = Window::of(range, page, self.settings.history_years)? else {
            return Ok(LedgerPage { items: Vec::new(), currency, next: None });
        };
        let (first, last) = window.ends();
        let parameters = [("sifra", account), ("od", first.as_str()), ("do", last.as_str())];
        let found = self.read("VratiKarticu", &parameters, &Limits::default())?;
        let entries = answer::each(found, "Promena", |row| self.entry(account, row))?;
        let mut entries = distinct(entries, |one, other| one.id.cmp(&other.id));
        // stable: rows of one day stay as they stand on the card
        entries.sort_by_key(|entry| position(entry.date));
        let (items, next) = window.page(entries);
        Ok(LedgerPage { items, currency, next })
    }

    fn entry(&self, account: &str, row: &Element) -> Result<LedgerEntry, Error> {
        let amount = |local| -> Result<Option<i64>, Error> {
            row.parse(local, "an amount", decimal)?.map(|value| self.amount(value)).transpose()
        };
        Ok(LedgerEntry {
            id: fingerprint(account, row),
            date: row.require_parsed("Datum", "a date", date)?,
            kind: match row.value_of("Vrsta") {
                Some("RACUN") => EntryKind::Invoice,
                Some("UPLATA") => EntryKind::Payment,
                _ => EntryKind::Other,
            },
            text: row.value_of("Opis").map(str::to_owned),
            debit: amount("Duguje")?,
            credit: amount("Potrazuje")?,
            balance: amount("Saldo")?,
            reference: row.value_of("Veza").map(str::to_owned),
            issuer: None,
        })
    }
}

/// Rows have no number: equal in all their fields is the same row.
fn fingerprint(account: &str, row: &Element) -> String {
    let fields = ["Datum", "Vrsta", "Opis", "Duguje", "Potrazuje", "Saldo", "Veza"];
    let start = Fingerprint::of(account);
    fields.iter().fold(start, |fingerprint, field| fingerprint.and_some(row.value_of(field))).to_string()
}

impl Ledger for Water {
    fn list_entries(account: String, range: DateRange, page: PageRequest) -> Result<LedgerPage, Error> {
        BillingSystem::here()?.ledger(&account, &range, &page)
    }
}
