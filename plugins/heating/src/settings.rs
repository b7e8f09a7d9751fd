//! What an operator sets; `adapter.toml` describes it.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use komunala_adapter_sdk::{Error, exponent, settings};

/// The places of every amount in the files.
pub(crate) const PLACES: u8 = 2;

/// The settings of one unified bill.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Its currency by ISO 4217.
    pub currency: String,
    /// Whom the bill is paid to.
    pub payee: Option<String>,
    /// The purpose code of payments.
    pub purpose_code: Option<String>,
    /// Names of the utilities behind the bill, by their code in the lines.
    pub suppliers: BTreeMap<String, String>,
    /// Where the billing system's days begin and end.
    pub zone: TimeZone,
}

impl Settings {
    /// Reads `CURRENCY`, `PAYEE`, `PURPOSE_CODE`, `SUPPLIERS` and `TIME_ZONE` from the environment.
    pub fn from_environment() -> Result<Self, Error> {
        Self::new(
            settings::required("CURRENCY")?,
            settings::optional("PAYEE"),
            settings::optional("PURPOSE_CODE"),
            &settings::optional("SUPPLIERS").unwrap_or_else(|| "{}".to_owned()),
            &settings::required("TIME_ZONE")?,
        )
    }

    /// Settings from their values: `suppliers` is a JSON object of texts, `zone` a POSIX TZ rule, which says all there is
    /// to say about a zone whose rules do not change, without a database of all the others. What cannot be used is
    /// [`Error::Config`].
    pub fn new(
        currency: String,
        payee: Option<String>,
        purpose_code: Option<String>,
        suppliers: &str,
        zone: &str,
    ) -> Result<Self, Error> {
        let places = exponent(&currency).map_err(|error| Error::config(format_args!("CURRENCY: {error}")))?;
        if places != PLACES {
            return Err(Error::config("CURRENCY has another number of places than the files"));
        }
        let suppliers =
            serde_json::from_str(suppliers).map_err(|_| Error::config("SUPPLIERS is not a JSON object of texts"))?;
        let zone = TimeZone::posix(zone).map_err(|_| Error::config("TIME_ZONE is not a POSIX TZ rule"))?;
        Ok(Self { currency, payee, purpose_code, suppliers, zone })
    }
}
