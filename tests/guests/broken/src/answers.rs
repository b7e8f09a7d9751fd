//! Misdeeds with customers and documents.

use komunala_adapter_sdk::{
    Error,
    account_types::Account,
    customers::{Customers, Verified},
    documents::{Document, Documents},
};

use crate::{Adapter, Broken, misdeed};

/// Nearly all of the memory that a call may have.
const GREED: usize = 60 << 20;

impl Customers for Broken {
    fn verify(customer_number: String, pin: String) -> Result<Verified, Error> {
        if misdeed::is("quiet") {
            eprintln!("checking {customer_number} with PIN {pin}");
        }
        match <Adapter as Customers>::verify(customer_number.clone(), pin) {
            Err(Error::BadCredentials) if misdeed::is("wrong-pin") && customer_number == "99999999" => {
                Err(Error::NotFound)
            }
            Err(Error::Config(_)) if misdeed::is("credential") => Err(Error::BadCredentials),
            answer => answer,
        }
    }

    fn get_account(account: String) -> Result<Account, Error> {
        if misdeed::is("limits") {
            std::hint::black_box(vec![1_u8; GREED]);
        }
        match <Adapter as Customers>::get_account(account) {
            Err(Error::NotFound) if misdeed::is("unknown") => Err(Error::upstream("not this one")),
            Err(Error::RateLimited(wait)) if misdeed::is("rate-limit") => Err(Error::Unavailable(wait)),
            Ok(mut account) => {
                if misdeed::is("customer") {
                    account.customer_number = account.customer_number.trim_start_matches('0').to_owned();
                }
                if misdeed::is("steady") {
                    account.premises.address = Some(format!("{:?}", std::time::SystemTime::now()));
                }
                Ok(account)
            }
            error => error,
        }
    }
}

impl Documents for Broken {
    fn fetch_document(invoice: String, media_type: String) -> Result<Document, Error> {
        match <Adapter as Documents>::fetch_document(invoice, media_type) {
            Err(Error::Rejected(_)) if misdeed::is("document") => Err(Error::upstream("what is that?")),
            answer => answer,
        }
    }
}
