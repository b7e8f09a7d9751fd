//! `delivery`: paper or e-mail, as the billing system knows it.

use komunala_adapter_sdk::{
    Error,
    delivery::{Acknowledgement, Delivery, DeliveryChannel},
    http::{Request, Transport},
};
use serde::{Deserialize, Serialize};

use crate::{Gas, billing::BillingSystem};

#[derive(Serialize, Deserialize)]
struct WireDelivery {
    channel: WireChannel,
}

#[derive(Serialize, Deserialize, PartialEq, Eq, Clone, Copy)]
#[serde(rename_all = "UPPERCASE")]
enum WireChannel {
    Paper,
    Email,
}

impl<T: Transport> BillingSystem<T> {
    /// Tells the billing system; the contract's `set-channel`. It is done when it is answered, and there is no key: to set
    /// a value twice is the same as once.
    pub fn set_channel(&self, account: &str, channel: DeliveryChannel) -> Result<Acknowledgement, Error> {
        let wanted = match channel {
            DeliveryChannel::Paper => WireChannel::Paper,
            DeliveryChannel::Email => WireChannel::Email,
        };
        let path = ["v1", "accounts", account, "delivery"];
        let request = Request::put(&self.settings.endpoint, &path, &WireDelivery { channel: wanted })?;
        let held: WireDelivery = self.write_json(&request)?;
        if held.channel == wanted {
            Ok(Acknowledgement::Applied)
        } else {
            Err(Error::conflict("the billing system holds another channel"))
        }
    }

    /// What the billing system holds; the contract's `get-channel`.
    pub fn channel(&self, account: &str) -> Result<DeliveryChannel, Error> {
        let request = Request::get(&self.settings.endpoint, &["v1", "accounts", account, "delivery"])?;
        Ok(match self.read(&request)?.json::<WireDelivery>()?.channel {
            WireChannel::Paper => DeliveryChannel::Paper,
            WireChannel::Email => DeliveryChannel::Email,
        })
    }
}

impl Delivery for Gas {
    fn set_channel(account: String, channel: DeliveryChannel, _key: String) -> Result<Acknowledgement, Error> {
        BillingSystem::here()?.set_channel(&account, channel)
    }

    fn get_channel(account: String) -> Result<DeliveryChannel, Error> {
        BillingSystem::here()?.channel(&account)
    }
}
