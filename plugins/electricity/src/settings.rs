//! What an operator sets; `adapter.toml` describes it.

use jiff::tz::{TimeZone, TimeZoneDatabase};
use komunala_adapter_sdk::{Error, http::Endpoint, settings};

use crate::Format;

/// The zone of a distributor who says nothing else.
const USUAL_ZONE: &str = "Europe/Ljubljana";

/// The settings of one distributor.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where its billing system is.
    pub endpoint: Endpoint,
    /// The zone of its days.
    pub zone: TimeZone,
    /// What readings are asked for in.
    pub format: Format,
}

impl Settings {
    /// Reads `BASE_URL`, `TIME_ZONE` and `READINGS_FORMAT` from the environment.
    pub fn from_environment() -> Result<Self, Error> {
        let endpoint = settings::endpoint("BASE_URL")?;
        let format = settings::parsed_or("READINGS_FORMAT", Format::EXPECTED, Format::Json)?;
        Self::new(endpoint, settings::optional("TIME_ZONE").as_deref().unwrap_or(USUAL_ZONE), format)
    }

    /// Settings from their values; an unknown zone is [`Error::Config`].
    pub fn new(endpoint: Endpoint, zone: &str, format: Format) -> Result<Self, Error> {
        let zone = zones().get(zone);
        let zone = zone.map_err(|_| Error::config("TIME_ZONE is no zone of the IANA database"))?;
        Ok(Self { endpoint, zone, format })
    }
}

/// The zones there are: a sandbox has no files of them, so they are bundled.
fn zones() -> TimeZoneDatabase {
    if cfg!(target_family = "wasm") { TimeZoneDatabase::bundled() } else { TimeZoneDatabase::from_env() }
}
