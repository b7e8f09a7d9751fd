//! `delivery`: paper or e-mail, as the billing system knows it.

use komunala_adapter_sdk::{
    Error,
    delivery::{Acknowledgement, Delivery, DeliveryChannel},
    http::{Request, Transport},
};
use serde::{Deserialize, Serialize};

use crate::{Adapter, System};

#[derive(Serialize, Deserialize)]
struct WireDelivery {
    by: By,
}

#[derive(Serialize, Deserialize, PartialEq, Eq, Clone, Copy)]
#[serde(rename_all = "UPPERCASE")]
enum By {
    Post,
    Email,
}

impl<T: Transport> System<T> {
    /// Tells the billing system. To set a value twice is the same as once, so no key is needed.
    pub fn set_channel(&self, account: &str, channel: DeliveryChannel) -> Result<Acknowledgement, Error> {
        let by = match channel {
            DeliveryChannel::Paper => By::Post,
            DeliveryChannel::Email => By::Email,
        };
        let request = Request::put(&self.endpoint, &["customers", account, "delivery"], &WireDelivery { by })?;
        let held: WireDelivery = self.write(&request)?;
        if held.by == by {
            Ok(Acknowledgement::Applied)
        } else {
            Err(Error::conflict("the billing system holds another channel"))
        }
    }

    /// What the billing system holds.
    pub fn channel(&self, account: &str) -> Result<DeliveryChannel, Error> {
        let request = Request::get(&self.endpoint, &["customers", account, "delivery"])?;
        Ok(match self.read(&request)?.json::<WireDelivery>()?.by {
            By::Post => DeliveryChannel::Paper,
            By::Email => DeliveryChannel::Email,
        })
    }
}

impl Delivery for Adapter {
    fn set_channel(account: String, channel: DeliveryChannel, _key: String) -> Result<Acknowledgement, Error> {
        System::here()?.set_channel(&account, channel)
    }

    fn get_channel(account: String) -> Result<DeliveryChannel, Error> {
        System::here()?.channel(&account)
    }
}
