//! The billing system as something that can be asked and told.

use komunala_adapter_sdk::{
    Error,
    http::{Request, Response, Transport, Wasi},
};

use crate::{refusal, settings::Settings};

/// What master data, bills and receipts are asked for in.
pub(crate) const JSON: &str = "application/json";

/// The billing system of one distributor. Its methods stand in the files of their capabilities.
#[derive(Debug)]
pub struct BillingSystem<T> {
    pub(crate) settings: Settings,
    transport: T,
}

impl BillingSystem<Wasi> {
    /// The one that the settings in the environment name, reached through the sandbox.
    pub(crate) fn here() -> Result<Self, Error> {
        Ok(Self::new(Settings::from_environment()?, Wasi))
    }
}

impl<T: Transport> BillingSystem<T> {
    /// A billing system with these settings, reached through `transport`.
    pub fn new(settings: Settings, transport: T) -> Self {
        Self { settings, transport }
    }

    /// A request that changes nothing, for JSON.
    pub(crate) fn ask(&self, segments: &[&str]) -> Result<Request<'_>, Error> {
        Ok(Request::get(&self.settings.endpoint, segments)?.header("accept", JSON))
    }

    /// Sends what changes nothing, whatever the status of its answer.
    pub(crate) fn send(&self, request: &Request<'_>) -> Result<Response, Error> {
        self.transport.send(request).map_err(|error| error.of_read())
    }

    /// Sends what changes nothing. Everything but 2xx is an error.
    pub(crate) fn read(&self, request: &Request<'_>) -> Result<Response, Error> {
        let response = self.send(request)?;
        if response.is_success() { Ok(response) } else { Err(refusal::of(&response)) }
    }

    /// Sends what changes something. Everything but 2xx is an error; where it cannot be told whether the change was
    /// made, that is [`Error::OutcomeUnknown`].
    pub(crate) fn write(&self, request: &Request<'_>) -> Result<Response, Error> {
        let response = self.transport.send(request).map_err(|error| error.of_write())?;
        if response.is_success() { Ok(response) } else { Err(response.error_of_write(refusal::of)) }
    }
}
