//! Whether an account card runs on: each balance is the one before, with what the row adds and takes.

use std::collections::HashMap;

use super::LedgerEntry;
use crate::Money;

/// A row of a card whose balance does not follow from the row before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Jump {
    /// The row's place, from 0.
    pub at: usize,
    /// Whose card it is, by the issuer's code, where a provider bills for several.
    pub issuer: Option<String>,
}

/// The first row of each issuer's card whose balance does not follow from the one before; none of a card that adds up.
/// `oldest_first` may be of several issuers, each of whom has balances of its own. A row without a balance is added to
/// what follows; what was owed before the first row is whatever its balance says.
pub fn jumps(oldest_first: &[LedgerEntry]) -> Vec<Jump> {
    let mut cards: HashMap<Option<&str>, Running> = HashMap::new();
    let mut jumps = Vec::new();
    for (at, row) in oldest_first.iter().enumerate() {
        let issuer = row.issuer.as_ref().map(|issuer| issuer.code.as_str());
        let card = cards.entry(issuer).or_default();
        card.expected = card.expected.map(|expected| expected.saturating_add(change(row)));
        let Some(balance) = row.balance else { continue };
        if card.expected.is_some_and(|expected| expected != balance.minor) && !card.has_jumped {
            card.has_jumped = true;
            jumps.push(Jump { at, issuer: issuer.map(str::to_owned) });
        }
        card.expected = Some(balance.minor);
    }
    jumps
}

/// How far a card has run.
#[derive(Default)]
struct Running {
    expected: Option<i64>,
    has_jumped: bool,
}

/// By how much a row changes what is owed.
fn change(row: &LedgerEntry) -> i64 {
    let minor = |side: Option<Money>| side.map_or(0, |amount| amount.minor);
    minor(row.debit).saturating_sub(minor(row.credit))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;
    use crate::{Currency, balance::Issuer, ledger::LedgerKind};

    fn money(minor: i64) -> Money {
        Money { minor, currency: Currency::UAH }
    }

    /// A row of an issuer that changes what is owed by so much.
    fn row(issuer: &str, changes: i64, balance: Option<i64>) -> LedgerEntry {
        let (debit, credit) = if changes < 0 { (None, Some(money(-changes))) } else { (Some(money(changes)), None) };
        LedgerEntry {
            date: date(2024, 8, 3),
            kind: LedgerKind::Invoice,
            text: None,
            debit,
            credit,
            balance: balance.map(money),
            reference: None,
            issuer: Some(Issuer { code: issuer.to_owned(), name: None }),
        }
    }

    /// A card of two issuers that adds up: what was owed to each before, and whose each change is.
    fn card(mut owed: [i64; 2], changes: &[(bool, i64, bool)]) -> Vec<LedgerEntry> {
        let rows = changes.iter().map(|(second, change, says)| {
            let issuer = usize::from(*second);
            owed[issuer] += change;
            row(["NETWORK", "SUPPLIER"][issuer], *change, says.then_some(owed[issuer]))
        });
        rows.collect()
    }

    fn changes() -> impl Strategy<Value = Vec<(bool, i64, bool)>> {
        prop::collection::vec((any::<bool>(), -1_000_000_i64..1_000_000, any::<bool>()), 0..40)
    }

    proptest! {
        #[test]
        fn what_was_owed_before_and_all_rows_come_to_what_is_owed_after(
            owed in [-9_000_000_i64..9_000_000, -9_000_000_i64..9_000_000],
            changes in changes(),
        ) {
            let card = card(owed, &changes);
            prop_assert_eq!(jumps(&card), vec![]);
            for (issuer, opening) in ["NETWORK", "SUPPLIER"].into_iter().zip(owed) {
                let of = |row: &&LedgerEntry| row.issuer.as_ref().is_some_and(|of| of.code == issuer);
                let its: Vec<_> = card.iter().filter(of).collect();
                if let Some(last) = its.iter().rposition(|row| row.balance.is_some()) {
                    let closing = its[last].balance.map(|balance| balance.minor);
                    let all: i64 = its[..=last].iter().map(|row| change(row)).sum();
                    prop_assert_eq!(Some(opening + all), closing);
                }
            }
        }

        #[test]
        fn a_balance_that_is_off_is_found_where_it_is(changes in changes(), at in any::<prop::sample::Index>()) {
            let told: Vec<_> = changes.into_iter().map(|(issuer, change, _)| (issuer, change, true)).collect();
            let mut card = card([5, -5], &told);
            let off = if card.is_empty() { 0 } else { at.index(card.len()) };
            let Some(row) = card.get_mut(off) else { return Ok(()) };
            row.balance = row.balance.map(|balance| money(balance.minor + 1));
            let issuer = row.issuer.clone();
            let its: Vec<_> = (0..card.len()).filter(|place| card[*place].issuer == issuer).collect();
            // what was owed before the first row is not known: there the next one is where it shows
            let seen = its.iter().position(|place| *place == off).map(|place| if place == 0 { 1 } else { place });
            let expected: Vec<_> = seen.and_then(|place| its.get(place)).copied().into_iter().collect();
            prop_assert_eq!(jumps(&card).into_iter().map(|jump| jump.at).collect::<Vec<_>>(), expected);
        }
    }

    #[test]
    fn a_card_that_jumps_once_is_named_once() {
        let card = [row("N", 100, Some(100)), row("N", 50, Some(170)), row("N", 10, Some(180)), row("N", 1, Some(0))];
        assert_eq!(jumps(&card), [Jump { at: 1, issuer: Some("N".to_owned()) }]);
    }
}
