//! What an account owes.

use jiff::Timestamp;
use komunala_domain::{
    Balance, Capability, Invoice, LedgerEntry, Money, ProviderId, ids::AccountId, invoice::InvoiceKind,
};

use crate::{
    Hub,
    failure::Failure,
    ports::{Call, accounts::AccountFilter, copies::CopyKind},
    scope::UserScope,
};

/// What an account owes, and when the billing system said so.
#[derive(Debug, Clone)]
pub struct Balances {
    /// Per issuer.
    pub balances: Vec<Balance>,
    /// When the hub asked.
    pub as_of: Option<Timestamp>,
}

/// Among how many lines of a card the last one of each issuer is looked for.
const LAST_LINES: u32 = 100;

/// Among how many of the newest bills, credit notes and the like the latest bill is looked for.
const LAST_BILLS: u32 = 8;

impl Hub {
    /// What an account owes, per issuer. A provider that keeps an account card and says no balance means the card's last
    /// line; where the lines say none either, the latest bill that names the sorts of debt.
    pub async fn get_balance(
        &self,
        scope: &UserScope,
        call: Call,
        provider: &ProviderId,
        account: AccountId,
    ) -> Result<Balances, Failure> {
        let offers = |capability| self.billing(provider, capability).is_ok();
        if !offers(Capability::Balance) && offers(Capability::Ledger) {
            let age = self.young_copy(scope, call, provider, account, CopyKind::Ledger).await?;
            let newest_first = self.copies.ledger(scope, account, None, LAST_LINES).await?;
            let mut balances = last_lines(newest_first.into_iter().map(|row| row.entry));
            if balances.is_empty() {
                balances = self.on_latest_bill(scope, call, provider, account).await?;
            }
            return Ok(Balances { balances, as_of: age.as_of });
        }
        let as_of = self.young_copy(scope, call, provider, account, CopyKind::Balance).await?.as_of;
        let mut balances = self.copies.balances(scope, account).await?;
        self.add_reliefs(scope, call, provider, account, &mut balances).await?;
        Ok(Balances { balances, as_of })
    }

    /// What the latest bill says of the debt it leaves, where it says that.
    async fn on_latest_bill(
        &self,
        scope: &UserScope,
        call: Call,
        provider: &ProviderId,
        account: AccountId,
    ) -> Result<Vec<Balance>, Failure> {
        self.young_copy(scope, call, provider, account, CopyKind::Invoices).await?;
        let filter = AccountFilter::One(provider.clone(), account);
        let recent = self.copies.invoices(scope, &filter, None, LAST_BILLS).await?;
        let bill = recent.into_iter().map(|copy| copy.invoice).find(|invoice| invoice.kind == InvoiceKind::Invoice);
        Ok(bill.and_then(of_bill).into_iter().collect())
    }
}

/// The bill and the older debts that it names, each in its bucket; the amount is their sum. A bill that names none leaves
/// open what is owed.
fn of_bill(bill: Invoice) -> Option<Balance> {
    let mut buckets = bill.buckets?;
    buckets.current = buckets.current.or(Some(bill.total));
    let debts = [buckets.current, buckets.overdue, buckets.sued, buckets.reprogrammed];
    let owed: i64 = debts.into_iter().flatten().map(|debt| debt.minor).sum();
    let minor = owed - buckets.credit.map_or(0, |credit| credit.minor);
    Some(Balance {
        issuer: bill.issuer,
        amount: Money { minor, ..bill.total },
        buckets: Some(buckets),
        privileges: Vec::new(),
        subsidies: Vec::new(),
        stated_at: None,
    })
}

/// The balance of each issuer's newest line; a line without one says nothing.
fn last_lines(newest_first: impl Iterator<Item = LedgerEntry>) -> Vec<Balance> {
    let mut balances: Vec<Balance> = Vec::new();
    for line in newest_first {
        let Some(amount) = line.balance else { continue };
        if balances.iter().all(|known| known.issuer != line.issuer) {
            balances.push(Balance {
                issuer: line.issuer,
                amount,
                buckets: None,
                privileges: Vec::new(),
                subsidies: Vec::new(),
                stated_at: None,
            });
        }
    }
    balances
}

#[cfg(test)]
mod tests {
    use komunala_domain::{balance::Issuer, ledger::LedgerKind};

    use super::*;

    fn line(issuer: Option<&str>, balance: Option<i64>) -> LedgerEntry {
        LedgerEntry {
            date: "2024-08-12".parse().unwrap(),
            kind: LedgerKind::Payment,
            text: None,
            debit: None,
            credit: None,
            balance: balance.map(|minor| Money { minor, currency: "RSD".parse().unwrap() }),
            reference: None,
            issuer: issuer.map(|code| Issuer { code: code.into(), name: None }),
        }
    }

    #[test]
    fn the_last_line_of_each_issuers_card_is_what_is_owed_to_it() {
        let owed = |lines: Vec<LedgerEntry>| -> Vec<i64> {
            last_lines(lines.into_iter()).into_iter().map(|balance| balance.amount.minor).collect()
        };
        assert_eq!(owed(vec![line(None, Some(-5)), line(None, Some(700))]), [-5]);
        assert_eq!(owed(vec![line(Some("N"), None), line(Some("S"), Some(1)), line(Some("N"), Some(2))]), [1, 2]);
        assert_eq!(owed(vec![]), [0; 0]);
    }
}
