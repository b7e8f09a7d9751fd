//! `balance`: what is owed now, to one issuer or to several.

use komunala_adapter_sdk::{
    Decimal, Error,
    balance::{AccountBalance, Balance},
    exponent,
    http::{Request, Transport},
    types::{Issuer, PointInTime},
};
use serde::Deserialize;

use crate::{Gas, billing::BillingSystem, text::said};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireBalance {
    balance: Option<Decimal>,
    balances: Option<Vec<IssuerBalance>>,
    currency: String,
    as_of: Option<PointInTime>,
}

#[derive(Deserialize)]
struct IssuerBalance {
    issuer: String,
    name: Option<String>,
    balance: Decimal,
}

impl<T: Transport> BillingSystem<T> {
    /// One balance per issuer; the contract's `get-balances`.
    pub fn balances(&self, account: &str) -> Result<Vec<AccountBalance>, Error> {
        let request = Request::get(&self.settings.endpoint, &["v1", "accounts", account, "balance"])?;
        self.read(&request)?.json::<WireBalance>()?.into_balances()
    }
}

impl WireBalance {
    fn into_balances(self) -> Result<Vec<AccountBalance>, Error> {
        let places = exponent(&self.currency).map_err(|error| Error::upstream(format_args!("balance: {error}")))?;
        let of = |issuer, amount: Decimal| {
            Ok(AccountBalance {
                issuer,
                amount: amount.minor_units(places).map_err(Error::upstream)?,
                currency: self.currency.clone(),
                buckets: Vec::new(),
                privileges: None,
                subsidies: None,
                as_of: self.as_of,
            })
        };
        let named = |owed: IssuerBalance| of(Some(Issuer { code: owed.issuer, name: said(owed.name) }), owed.balance);
        match (self.balance, self.balances) {
            (_, Some(balances)) if !balances.is_empty() => balances.into_iter().map(named).collect(),
            (Some(amount), _) => Ok(vec![of(None, amount)?]),
            (None, _) => Err(Error::upstream("a balance without an amount")),
        }
    }
}

impl Balance for Gas {
    fn get_balances(account: String) -> Result<Vec<AccountBalance>, Error> {
        BillingSystem::here()?.balances(&account)
    }
}

#[cfg(test)]
mod tests {
    use komunala_adapter_sdk::Date;

    use super::*;

    fn balances(json: &str) -> Result<Vec<AccountBalance>, Error> {
        serde_json::from_str::<WireBalance>(json).unwrap().into_balances()
    }

    #[test]
    fn the_only_issuer_has_no_name() {
        let balances = balances(r#"{"balance":"-431.07","currency":"RSD","asOf":"2024-08-12"}"#).unwrap();
        assert_eq!((balances.len(), &balances[0].issuer, balances[0].amount), (1, &None, -43_107));
        assert_eq!(balances[0].as_of, Some(PointInTime::Day(Date { year: 2024, month: 8, day: 12 })));
    }

    #[test]
    fn two_issuers_have_two_balances() {
        let balances = balances(
            r#"{"balances":[{"issuer":"NETWORK","name":"АТ «Чернігівгаз»","balance":"120.00"},
                {"issuer":"SUPPLIER","name":"","balance":"0.00"}],"currency":"UAH","asOf":"2024-08-12T00:00:00+03:00"}"#,
        )
        .unwrap();
        let issuers: Vec<_> = balances.iter().map(|balance| balance.issuer.clone().unwrap()).collect();
        assert_eq!(issuers[0], Issuer { code: "NETWORK".into(), name: Some("АТ «Чернігівгаз»".into()) });
        assert_eq!(issuers[1], Issuer { code: "SUPPLIER".into(), name: None });
        assert_eq!((balances[0].amount, balances[1].amount), (12_000, 0));
        assert!(matches!(balances[0].as_of, Some(PointInTime::Moment(_))));
    }

    #[test]
    fn no_amount_is_not_zero() {
        assert!(matches!(balances(r#"{"currency":"RSD"}"#), Err(Error::Upstream(_))));
        assert!(matches!(balances(r#"{"balances":[],"currency":"RSD"}"#), Err(Error::Upstream(_))));
    }
}
