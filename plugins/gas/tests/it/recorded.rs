//! The billing system of Ruma, answering what was recorded.

use komunala_adapter_gas::{BillingSystem, Settings};
use komunala_adapter_sdk::{
    http::{Answer, Recorded, Response},
    types::PageRequest,
};

pub(crate) trait Ruma {
    /// The billing system of Ruma, with these answers.
    fn ruma(&self) -> BillingSystem<&Self>;
}

impl Ruma for Recorded {
    fn ruma(&self) -> BillingSystem<&Self> {
        let endpoint = "https://billing.example/gas".parse().unwrap();
        BillingSystem::new(Settings::new(endpoint, "RSD".to_owned()).unwrap(), self)
    }
}

/// An answer with a status and a JSON body.
pub(crate) fn json(status: u16, body: &str) -> Answer {
    Response::of(status, body).map(|answer| Response { content_type: Some("application/json".to_owned()), ..answer })
}

/// The first page of a list.
pub(crate) fn first(size: u16) -> PageRequest {
    PageRequest { cursor: None, size }
}
