//! The billing system of the distributor, answering what was recorded.

use komunala_adapter_electricity::{BillingSystem, Format, Settings};
use komunala_adapter_sdk::http::Recorded;

pub(crate) trait Distributor {
    /// The billing system with these answers, asked for readings as JSON.
    fn system(&self) -> BillingSystem<&Self> {
        self.speaking(Format::Json)
    }

    /// The same, asked for readings in another format.
    fn speaking(&self, format: Format) -> BillingSystem<&Self>;
}

impl Distributor for Recorded {
    fn speaking(&self, format: Format) -> BillingSystem<&Self> {
        let endpoint = "https://billing.example/el".parse().unwrap();
        BillingSystem::new(Settings::new(endpoint, "Europe/Ljubljana", format).unwrap(), self)
    }
}

/// The account that the tests ask about.
pub(crate) const ACCOUNT: &str = "K-100|6-123456,6-123457";
