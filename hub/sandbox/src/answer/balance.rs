//! Balances.

use komunala_domain::{Balance, Currency, Relief};

use super::{
    At, Checked, Expected, invalid, invoice, list,
    value::{currency, issuer, money, optional_money, point_in_time},
};
use crate::contract::v0_1::balance::exports::komunala::adapter::balance as wire;

/// The balances of an account, one per issuer.
pub(crate) fn balances(balances: Vec<wire::AccountBalance>, expected: &Expected) -> Checked<Vec<Balance>> {
    if balances.is_empty() {
        return invalid("is empty").at("balances");
    }
    let balances = list(balances, 16, |balance| self::balance(balance, expected)).at("balances")?;
    let issuer = |balance: &Balance| balance.issuer.as_ref().map(|issuer| issuer.code.clone());
    let mut seen: Vec<_> = balances.iter().map(issuer).collect();
    seen.sort_unstable();
    if seen.windows(2).any(|pair| pair[0] == pair[1]) {
        return invalid("names an issuer twice").at("balances");
    }
    Ok(balances)
}

fn balance(balance: wire::AccountBalance, expected: &Expected) -> Checked<Balance> {
    let currency = currency(&balance.currency, expected).at("currency")?;
    Ok(Balance {
        issuer: issuer(balance.issuer).at("issuer")?,
        amount: money(balance.amount, currency).at("amount")?,
        buckets: invoice::buckets(&balance.buckets, currency).at("buckets")?,
        privileges: relief(balance.privileges, currency).at("privileges")?,
        subsidies: relief(balance.subsidies, currency).at("subsidies")?,
        stated_at: balance.as_of.map(|point| point_in_time(point, expected)).transpose().at("as-of")?,
    })
}

fn relief(amount: Option<i64>, currency: Currency) -> Checked<Vec<Relief>> {
    let amount = optional_money(amount, currency)?;
    Ok(amount.into_iter().map(|amount| Relief { amount, period: None }).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{answer::invoice::tests::expected, contract::v0_1::types};

    fn balance(issuer: &str) -> wire::AccountBalance {
        wire::AccountBalance {
            issuer: Some(types::Issuer { code: issuer.into(), name: None }),
            amount: 10_500,
            currency: "RSD".into(),
            buckets: vec![],
            privileges: Some(12_050),
            subsidies: None,
            as_of: None,
        }
    }

    #[test]
    fn reliefs_keep_their_amounts_and_missing_ones_are_not_zero() {
        let checked = balances(vec![balance("NETWORK"), balance("SUPPLIER")], &expected()).unwrap();
        assert_eq!(checked[1].privileges.iter().map(|relief| relief.amount.minor).collect::<Vec<_>>(), [12_050]);
        assert!(checked[1].subsidies.is_empty());
    }

    #[test]
    fn an_issuer_has_one_balance() {
        assert_eq!(balances(vec![balance("NETWORK"), balance("NETWORK")], &expected()).unwrap_err().field, "balances");
    }
}
