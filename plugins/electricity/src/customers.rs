//! `customers`: who a payer is, by the number of any of its metering points.

use komunala_adapter_sdk::{
    Error,
    account_types::Account,
    customers::{Customers, Verified},
    http::{Request, Transport},
};
use serde::{Deserialize, Serialize};

use crate::{
    AccountKey, Electricity,
    account::{self, WirePoint},
    billing::{BillingSystem, JSON},
};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Credentials<'a> {
    merilno_mesto: &'a str,
    pin: &'a str,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Proved {
    odjemalec: String,
    merilna_mesta: Option<Vec<String>>,
}

impl<T: Transport> BillingSystem<T> {
    /// Checks a metering point's number and a PIN; the contract's `verify`. Unknown, wrong and locked look alike, and
    /// so does a number that the billing system will not even look up.
    pub fn verify(&self, number: &str, pin: &str) -> Result<Verified, Error> {
        let credentials = Credentials { merilno_mesto: number, pin };
        let request =
            Request::post(&self.settings.endpoint, &["odjemalec", "preveri"], &credentials)?.header("accept", JSON);
        // Nothing is changed by asking, so a lost answer is just that.
        let response = self.send(&request)?;
        match response.status {
            200..=299 => {
                let proved: Proved = response.json()?;
                let points = proved.merilna_mesta.unwrap_or_default();
                Ok(Verified { account: AccountKey::new(&proved.odjemalec, &points, number)?.to_string() })
            }
            400 | 403 | 404 | 422 | 423 => Err(Error::BadCredentials),
            _ => Err(response.error()),
        }
    }

    /// An account with those of its points that are still there; the contract's `get-account`.
    pub fn account(&self, account: &str) -> Result<Account, Error> {
        let key = AccountKey::parse(account)?;
        let mut points = Vec::with_capacity(key.points().len());
        for point in key.points() {
            match self.point(point) {
                Ok(point) => points.push(point),
                Err(Error::NotFound) => {}
                Err(error) => return Err(error),
            }
        }
        if points.is_empty() {
            return Err(Error::NotFound);
        }
        account::account(&key, points)
    }

    /// The master data of a metering point.
    pub(crate) fn point(&self, number: &str) -> Result<WirePoint, Error> {
        let point: WirePoint = self.read(&self.ask(&["merilno-mesto", number])?)?.json()?;
        if point.merilno_mesto == number {
            Ok(point)
        } else {
            Err(Error::upstream("a metering point that was not asked for"))
        }
    }
}

impl Customers for Electricity {
    fn verify(customer_number: String, pin: String) -> Result<Verified, Error> {
        BillingSystem::here()?.verify(&customer_number, &pin)
    }

    fn get_account(account: String) -> Result<Account, Error> {
        BillingSystem::here()?.account(&account)
    }
}
