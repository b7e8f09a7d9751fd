//! What is owed, and how a debt is made up.

use jiff::Timestamp;
use komunala_domain::{Balance, Buckets, Relief};

use super::{date::moment, money::money};
use crate::proto::v1;

pub(crate) fn balance(balance: Balance, as_of: Option<Timestamp>) -> v1::Balance {
    let (issuer, issuer_name) =
        balance.issuer.map(|issuer| (issuer.code, issuer.name.unwrap_or_default())).unwrap_or_default();
    v1::Balance {
        issuer,
        issuer_name,
        amount: Some(money(balance.amount)),
        buckets: balance.buckets.as_ref().map(buckets).unwrap_or_default(),
        privileges: balance.privileges.into_iter().map(relief).collect(),
        subsidies: balance.subsidies.into_iter().map(relief).collect(),
        as_of_time: balance.stated_at.or(as_of).map(moment),
    }
}

fn relief(relief: Relief) -> v1::Relief {
    v1::Relief {
        amount: Some(money(relief.amount)),
        period: relief.period.map(|period| period.to_string()).unwrap_or_default(),
    }
}

/// Those that the billing system names; an unknown one is not zero.
pub(super) fn buckets(buckets: &Buckets) -> Vec<v1::DebtBucket> {
    let named = [
        ("CURRENT", buckets.current),
        ("OVERDUE", buckets.overdue),
        ("SUED", buckets.sued),
        ("REPROGRAMMED", buckets.reprogrammed),
        ("CREDIT", buckets.credit),
    ];
    let known = named.into_iter().filter_map(|(kind, amount)| Some((kind, amount?)));
    known.map(|(kind, amount)| v1::DebtBucket { kind: kind.to_owned(), amount: Some(money(amount)) }).collect()
}
