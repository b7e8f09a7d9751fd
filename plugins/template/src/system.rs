//! The billing system as something that can be asked and told.

use komunala_adapter_sdk::{
    Error,
    http::{Endpoint, Request, Response, Transport, Wasi},
    settings,
};
use serde::de::DeserializeOwned;

use crate::refusal;

/// The billing system of one utility. Its methods stand in the files of their capabilities.
#[derive(Debug)]
pub struct System<T> {
    pub(crate) endpoint: Endpoint,
    transport: T,
}

impl System<Wasi> {
    /// The one that the setting `base_url` names, reached through the sandbox.
    pub(crate) fn here() -> Result<Self, Error> {
        let endpoint = settings::endpoint("BASE_URL")?;
        Ok(Self::new(endpoint, Wasi))
    }
}

impl<T: Transport> System<T> {
    /// A billing system at `endpoint`, reached through `transport`: tests pass one of their own.
    pub fn new(endpoint: Endpoint, transport: T) -> Self {
        Self { endpoint, transport }
    }

    /// Sends what changes nothing, whatever the status of its answer. No answer is `unavailable`.
    pub(crate) fn send(&self, request: &Request<'_>) -> Result<Response, Error> {
        self.transport.send(request).map_err(|error| error.of_read())
    }

    /// Sends what changes nothing. Everything but 2xx is an error.
    pub(crate) fn read(&self, request: &Request<'_>) -> Result<Response, Error> {
        let response = self.send(request)?;
        if response.is_success() { Ok(response) } else { Err(refusal::of(&response)) }
    }

    /// Sends what changes something, and reads what was made. Where nobody can tell whether the change was made, that is
    /// `outcome-unknown`: the hub repeats it with the same key.
    pub(crate) fn write<A: DeserializeOwned>(&self, request: &Request<'_>) -> Result<A, Error> {
        let response = self.transport.send(request).map_err(|error| error.of_write())?;
        if !response.is_success() {
            // most 5xx may have come after the change
            return Err(response.error_of_write(refusal::of));
        }
        response.json().map_err(|_| Error::outcome_unknown("an answer to a write that cannot be read"))
    }
}
