//! `customers`: who a customer is.

use komunala_adapter_sdk::{
    Error,
    account_types::Account,
    customers::{Customers, Verified},
    http::{Request, Transport},
};
use serde::{Deserialize, Serialize};

use crate::{Gas, account::WireAccount, billing::BillingSystem};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Credentials<'a> {
    customer_id: &'a str,
    pin: &'a str,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Proved {
    account_id: String,
}

impl<T: Transport> BillingSystem<T> {
    /// Checks a customer number and a PIN; the contract's `verify`.
    ///
    /// A lock (423) outlasts a right PIN and would tell that the customer exists, so it looks like a wrong PIN too; and
    /// so does a number that the billing system will not even look up.
    pub fn verify(&self, customer_number: &str, pin: &str) -> Result<Verified, Error> {
        let credentials = Credentials { customer_id: customer_number, pin };
        let request = Request::post(&self.settings.endpoint, &["v1", "customers", "verify"], &credentials)?;
        // Nothing is changed by asking, so a lost answer is just that.
        let response = self.send(&request)?;
        match response.status {
            200..=299 => Ok(Verified { account: response.json::<Proved>()?.account_id }),
            400 | 403 | 404 | 422 | 423 => Err(Error::BadCredentials),
            _ => Err(response.error()),
        }
    }

    /// An account; the contract's `get-account`.
    pub fn account(&self, account: &str) -> Result<Account, Error> {
        let request = Request::get(&self.settings.endpoint, &["v1", "accounts", account])?;
        self.read(&request)?.json::<WireAccount>()?.of(account)
    }
}

impl Customers for Gas {
    fn verify(customer_number: String, pin: String) -> Result<Verified, Error> {
        BillingSystem::here()?.verify(&customer_number, &pin)
    }

    fn get_account(account: String) -> Result<Account, Error> {
        BillingSystem::here()?.account(&account)
    }
}
