//! Bills and account cards that do not add up. They are shown as billed; whoever operates the hub learns of them.

use komunala_domain::{ExternalId, Invoice, LedgerEntry, ledger};

use crate::ports::problems::NewProblem;

/// Where such problems are met.
const SOURCE: &str = "sums";

/// Of how many bills at once it is told: where all are wrong, the first ones say so.
const MOST: usize = 20;

/// The bills that contradict themselves.
pub(crate) fn of_bills<'a>(bills: impl IntoIterator<Item = &'a Invoice>) -> Vec<NewProblem> {
    let problem = |bill: &Invoice, found: komunala_domain::invoice::Contradiction| NewProblem {
        source: SOURCE,
        subject: format!("bill {}", bill.external_id),
        field: found.field().to_owned(),
        detail: found.to_string(),
    };
    let found =
        bills.into_iter().flat_map(|bill| bill.contradictions().into_iter().map(move |found| problem(bill, found)));
    found.take(MOST).collect()
}

/// The places where a card, oldest first, does not run on.
pub(crate) fn of_card(account: &ExternalId, oldest_first: &[LedgerEntry]) -> Vec<NewProblem> {
    let jumps = ledger::jumps(oldest_first).into_iter().take(MOST);
    let problem = |jump: ledger::Jump| NewProblem {
        source: SOURCE,
        subject: format!("card of {account}"),
        field: "balance".to_owned(),
        detail: match jump.issuer {
            Some(issuer) => format!("row {} of {issuer} does not follow from the one before", jump.at + 1),
            None => format!("row {} does not follow from the one before", jump.at + 1),
        },
    };
    jumps.map(problem).collect()
}
