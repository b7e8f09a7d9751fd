//! What an account owes.

use jiff::{Timestamp, civil::Date};
use komunala_domain::{
    Balance, Capability, Invoice, LedgerEntry, Money, ProviderId, ids::AccountId, invoice::InvoiceKind,
    ledger::LedgerKind,
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
    /// line; where the lines say none either, the latest bill that names the sorts of debt, less what was paid since.
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
            let newest_first: Vec<_> = newest_first.into_iter().map(|row| row.entry).collect();
            let mut balances = last_lines(&newest_first);
            if balances.is_empty() {
                balances = self.on_latest_bill(scope, call, provider, account, &newest_first).await?;
            }
            return Ok(Balances { balances, as_of: age.as_of });
        }
        let as_of = self.young_copy(scope, call, provider, account, CopyKind::Balance).await?.as_of;
        let mut balances = self.copies.balances(scope, account).await?;
        state_until(as_of, &mut balances);
        self.add_reliefs(scope, call, provider, account, &mut balances).await?;
        Ok(Balances { balances, as_of })
    }

    /// What the latest bill says of the debt it leaves, where it says that, less what the card says was paid since.
    async fn on_latest_bill(
        &self,
        scope: &UserScope,
        call: Call,
        provider: &ProviderId,
        account: AccountId,
        newest_first: &[LedgerEntry],
    ) -> Result<Vec<Balance>, Failure> {
        self.young_copy(scope, call, provider, account, CopyKind::Invoices).await?;
        let filter = AccountFilter::One(provider.clone(), account);
        let recent = self.copies.invoices(scope, &filter, None, LAST_BILLS).await?;
        let bill = recent.into_iter().map(|copy| copy.invoice).find(|invoice| invoice.kind == InvoiceKind::Invoice);
        Ok(bill.and_then(|bill| of_bill(bill, newest_first)).into_iter().collect())
    }
}

/// The bill and the older debts that it names, each in its bucket; the amount is their sum. A bill that names none leaves
/// open what is owed. What was paid since lowers the debt as a credit does: which of the debts the billing system sets it
/// against, only its next bill will tell.
fn of_bill(bill: Invoice, newest_first: &[LedgerEntry]) -> Option<Balance> {
    let mut buckets = *bill.buckets?;
    let money = |minor| Some(Money { minor, ..bill.total });
    buckets.current = buckets.current.or(Some(bill.total));
    let paid = paid_since(bill.issued, newest_first);
    let credit = buckets.credit.map_or(0, |credit| credit.minor).saturating_add(paid);
    if paid != 0 {
        buckets.credit = money(credit.max(0));
    }
    if credit < 0 {
        // more was taken back than was paid: an earlier debt is there again
        buckets.overdue = money(buckets.overdue.map_or(0, |overdue| overdue.minor).saturating_sub(credit));
    }
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

/// What was paid after the day of a bill, less what was taken back.
fn paid_since(issued: Option<Date>, newest_first: &[LedgerEntry]) -> i64 {
    let Some(issued) = issued else { return 0 };
    let since = newest_first.iter().filter(|line| line.kind == LedgerKind::Payment && line.date > issued);
    let minor = |side: Option<Money>| side.map_or(0, |side| side.minor);
    since.fold(0, |paid: i64, line| paid.saturating_add(minor(line.credit)).saturating_sub(minor(line.debit)))
}

/// A billing system that names a day means its end; of the day on which it was asked it knew no more than until then.
fn state_until(asked: Option<Timestamp>, balances: &mut [Balance]) {
    for balance in balances {
        balance.stated_at = balance.stated_at.map(|stated| asked.map_or(stated, |asked| stated.min(asked)));
    }
}

/// The balance of each issuer's newest line; a line without one says nothing.
fn last_lines(newest_first: &[LedgerEntry]) -> Vec<Balance> {
    let mut balances: Vec<Balance> = Vec::new();
    for line in newest_first {
        let Some(amount) = line.balance else { continue };
        if balances.iter().all(|known| known.issuer != line.issuer) {
            balances.push(Balance {
                issuer: line.issuer.clone(),
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
    use komunala_domain::balance::Issuer;

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
            last_lines(&lines).into_iter().map(|balance| balance.amount.minor).collect()
        };
        assert_eq!(owed(vec![line(None, Some(-5)), line(None, Some(700))]), [-5]);
        assert_eq!(owed(vec![line(Some("N"), None), line(Some("S"), Some(1)), line(Some("N"), Some(2))]), [1, 2]);
        assert_eq!(owed(vec![]), [0; 0]);
    }

    #[test]
    fn a_balance_of_today_is_no_younger_than_the_question() {
        let asked: Timestamp = "2024-08-12T09:30:00Z".parse().unwrap();
        let stated = |at: &str| {
            let mut balances = last_lines(&[line(None, Some(1))]);
            balances[0].stated_at = Some(at.parse().unwrap());
            state_until(Some(asked), &mut balances);
            balances[0].stated_at.unwrap().to_string()
        };
        assert_eq!(stated("2024-08-12T22:00:00Z"), "2024-08-12T09:30:00Z");
        assert_eq!(stated("2024-08-11T22:00:00Z"), "2024-08-11T22:00:00Z");
    }

    /// A payment of a day of August; below zero it was taken back.
    fn payment(day: i8, minor: i64) -> LedgerEntry {
        let money = Money { minor: minor.abs(), currency: "RSD".parse().unwrap() };
        let (credit, debit) = if minor < 0 { (None, Some(money)) } else { (Some(money), None) };
        LedgerEntry { date: jiff::civil::date(2024, 8, day), credit, debit, ..line(None, None) }
    }

    #[test]
    fn what_was_paid_after_the_bill_lowers_what_it_left_to_pay() {
        let issued = Some(jiff::civil::date(2024, 8, 5));
        let card = [payment(20, -300), payment(12, 4_000), payment(5, 70), payment(2, 9_000)];
        assert_eq!(paid_since(issued, &card), 3_700, "on the day of issue and before, the bill knew");
        assert_eq!(paid_since(None, &card), 0);
    }
}
