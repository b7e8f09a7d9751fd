//! `customers`: who a customer is.

use komunala_adapter_sdk::{
    Error,
    account_types::Account,
    customers::{Customers, Verified},
    http::Transport,
    xml::{Element, Limits},
};

use crate::{Water, account, answer, billing::BillingSystem, value::is_customer_number};

impl<T: Transport> BillingSystem<T> {
    /// Checks a customer number and a PIN; the contract's `verify`. An unknown number looks like a wrong PIN, and so does
    /// one that cannot be a number: `4512` is not `004512`.
    pub fn verify(&self, customer_number: &str, pin: &str) -> Result<Verified, Error> {
        if !is_customer_number(customer_number) {
            return Err(Error::BadCredentials);
        }
        let parameters = [("sifra", customer_number), ("pin", pin)];
        let proved = self.read("ProveriPotrosaca", &parameters, &Limits::default()).map_err(|error| match error {
            Error::NotFound => Error::BadCredentials,
            other => other,
        })?;
        match answer::text(proved)?.as_deref().map(str::trim) {
            Some("true") => Ok(Verified { account: customer_number.to_owned() }),
            Some("false") => Err(Error::BadCredentials),
            _ => Err(Error::upstream("a proof that is neither true nor false")),
        }
    }

    /// An account; the contract's `get-account`.
    pub fn account(&self, account: &str) -> Result<Account, Error> {
        account::of(&self.customer(account)?, account)
    }

    /// What the billing system holds of a customer.
    pub(crate) fn customer(&self, account: &str) -> Result<Element, Error> {
        if !is_customer_number(account) {
            return Err(Error::NotFound);
        }
        let found = self.read("VratiPotrosaca", &[("sifra", account)], &Limits::default())?;
        let customers = answer::each(found, "Potrosac", |customer| Ok(customer.clone()))?;
        customers.into_iter().next().ok_or(Error::NotFound)
    }
}

impl Customers for Water {
    fn verify(customer_number: String, pin: String) -> Result<Verified, Error> {
        BillingSystem::here()?.verify(&customer_number, &pin)
    }

    fn get_account(account: String) -> Result<Account, Error> {
        BillingSystem::here()?.account(&account)
    }
}
