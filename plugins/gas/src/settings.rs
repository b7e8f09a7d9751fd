//! What an operator sets; `adapter.toml` describes it.

use komunala_adapter_sdk::{Error, exponent, http::Endpoint, settings};

/// The settings of one gas utility.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where its billing system is.
    pub endpoint: Endpoint,
    /// Its currency by ISO 4217: the account card does not say one.
    pub currency: String,
    /// The places of that currency.
    pub exponent: u8,
}

impl Settings {
    /// Reads `BASE_URL` and `CURRENCY` from the environment.
    pub fn from_environment() -> Result<Self, Error> {
        let endpoint = settings::endpoint("BASE_URL")?;
        Self::new(endpoint, settings::required("CURRENCY")?)
    }

    /// Settings from their values; an unusable currency is [`Error::Config`].
    pub fn new(endpoint: Endpoint, currency: String) -> Result<Self, Error> {
        let exponent = exponent(&currency).map_err(|error| Error::config(format_args!("CURRENCY: {error}")))?;
        Ok(Self { endpoint, currency, exponent })
    }
}
