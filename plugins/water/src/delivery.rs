//! `delivery`: paper or e-mail, as the billing system knows it.

use komunala_adapter_sdk::{
    Error,
    delivery::{Acknowledgement, Delivery, DeliveryChannel},
    http::Transport,
};

use crate::{Water, billing::BillingSystem, value::is_customer_number};

impl<T: Transport> BillingSystem<T> {
    /// Tells the billing system; the contract's `set-channel`. It is done when it is answered, and to set a value twice is
    /// the same as once.
    pub fn set_channel(&self, account: &str, channel: DeliveryChannel) -> Result<Acknowledgement, Error> {
        if !is_customer_number(account) {
            return Err(Error::NotFound);
        }
        let wanted = match channel {
            DeliveryChannel::Paper => "P",
            DeliveryChannel::Email => "E",
        };
        self.write("PostaviDostavu", &[("sifra", account), ("nacin", wanted)])?;
        Ok(Acknowledgement::Applied)
    }

    /// What the billing system holds; the contract's `get-channel`.
    pub fn channel(&self, account: &str) -> Result<DeliveryChannel, Error> {
        match self.customer(account)?.value_of("Dostava") {
            Some("P") => Ok(DeliveryChannel::Paper),
            Some("E") => Ok(DeliveryChannel::Email),
            _ => Err(Error::upstream("a delivery that is neither P nor E")),
        }
    }
}

impl Delivery for Water {
    fn set_channel(account: String, channel: DeliveryChannel, _key: String) -> Result<Acknowledgement, Error> {
        BillingSystem::here()?.set_channel(&account, channel)
    }

    fn get_channel(account: String) -> Result<DeliveryChannel, Error> {
        BillingSystem::here()?.channel(&account)
    }
}
