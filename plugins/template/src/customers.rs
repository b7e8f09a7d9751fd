//! `customers`: who a customer is.

use komunala_adapter_sdk::{
    Error,
    account_types::Account,
    customers::{Customers, Verified},
    http::{Request, Transport},
};
use serde::{Deserialize, Serialize};

use crate::{Adapter, System, account::WireCustomer};

#[derive(Serialize)]
struct Credentials<'a> {
    number: &'a str,
    pin: &'a str,
}

#[derive(Deserialize)]
struct Proved {
    customer: String,
}

impl<T: Transport> System<T> {
    /// Checks a customer number and a PIN. Nothing is changed by asking, so a lost answer is `unavailable`.
    pub fn verify(&self, number: &str, pin: &str) -> Result<Verified, Error> {
        let request = Request::post(&self.endpoint, &["customers", "verify"], &Credentials { number, pin })?;
        let response = self.send(&request)?;
        match response.status {
            200..=299 => Ok(Verified { account: response.json::<Proved>()?.customer }),
            // one answer for an unknown number, a wrong PIN and a lock
            400 | 403 | 404 | 423 => Err(Error::BadCredentials),
            _ => Err(response.error()),
        }
    }

    /// A customer's account.
    pub fn account(&self, account: &str) -> Result<Account, Error> {
        let request = Request::get(&self.endpoint, &["customers", account])?;
        self.read(&request)?.json::<WireCustomer>()?.of(account)
    }
}

impl Customers for Adapter {
    fn verify(customer_number: String, pin: String) -> Result<Verified, Error> {
        System::here()?.verify(&customer_number, &pin)
    }

    fn get_account(account: String) -> Result<Account, Error> {
        System::here()?.account(&account)
    }
}
