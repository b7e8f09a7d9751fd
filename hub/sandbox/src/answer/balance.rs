//! Balances.

use komunala_domain::Balance;

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
    optional_money(balance.privileges, currency).at("privileges")?;
    optional_money(balance.subsidies, currency).at("subsidies")?;
    Ok(Balance {
        issuer: issuer(balance.issuer).at("issuer")?,
        amount: money(balance.amount, currency).at("amount")?,
        buckets: invoice::buckets(&balance.buckets, currency).at("buckets")?,
        // the contract has amounts contained in the balance, not what they are called
        privileges: Vec::new(),
        subsidies: Vec::new(),
        stated_at: balance.as_of.map(|point| point_in_time(point, expected)).transpose().at("as-of")?,
    })
}
