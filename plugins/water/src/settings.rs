//! What an operator sets; `adapter.toml` describes it.

use komunala_adapter_sdk::{Error, exponent, http::Endpoint, settings};

/// How far back is looked if nobody says otherwise.
const HISTORY_YEARS: u8 = 4;

/// The settings of one utility.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where its billing system is.
    pub endpoint: Endpoint,
    /// The user name of the WS-Security token.
    pub username: String,
    /// Its currency by ISO 4217: the billing system does not say one.
    pub currency: String,
    /// The places of that currency.
    pub exponent: u8,
    /// Who is paid.
    pub payee: String,
    /// The purpose code of a payment order.
    pub purpose_code: String,
    /// The purpose of a payment order, without the period.
    pub purpose: Option<String>,
    /// How many years back is looked.
    pub history_years: u8,
}

impl Settings {
    /// Reads the environment.
    pub fn from_environment() -> Result<Self, Error> {
        let endpoint = settings::endpoint("BASE_URL")?;
        let settings = Self::new(
            endpoint,
            settings::required("USERNAME")?,
            settings::required("CURRENCY")?,
            settings::required("PAYEE")?,
            settings::required("PURPOSE_CODE")?,
        )?;
        let history_years = settings::parsed_or("HISTORY_YEARS", "a number of years", HISTORY_YEARS)?;
        if !(1..=20).contains(&history_years) {
            return Err(Error::config("HISTORY_YEARS is not 1 to 20"));
        }
        Ok(Self { purpose: settings::optional("PURPOSE"), history_years, ..settings })
    }

    /// Settings from the values that are needed; an unusable currency is [`Error::Config`].
    pub fn new(
        endpoint: Endpoint,
        username: String,
        currency: String,
        payee: String,
        purpose_code: String,
    ) -> Result<Self, Error> {
        let exponent = exponent(&currency).map_err(|error| Error::config(format_args!("CURRENCY: {error}")))?;
        let history_years = HISTORY_YEARS;
        Ok(Self { endpoint, username, currency, exponent, payee, purpose_code, purpose: None, history_years })
    }
}
