//! The billing system as something that can be asked and told.

use komunala_adapter_sdk::{
    Decimal, Error,
    http::{Response, Transport, Wasi},
    xml::Limits,
};

use crate::{
    answer::{self, Answer, Results},
    envelope,
    settings::Settings,
};

/// The billing system of one utility. Its methods stand in the files of their capabilities.
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

    /// Asks something that changes nothing.
    pub(crate) fn read(
        &self,
        operation: &'static str,
        parameters: &[(&'static str, &str)],
        limits: &Limits,
    ) -> Result<Option<Results>, Error> {
        let allowed = usize::try_from(limits.input).unwrap_or(usize::MAX);
        let request = envelope::request(&self.settings, operation, parameters)?.allow_answer(allowed);
        let incoming = self.transport.open(&request).map_err(|error| error.of_read())?;
        match answer::of(incoming, operation, limits)? {
            Answer::Result(results) => Ok(Some(*results)),
            Answer::Nothing => Ok(None),
            Answer::Fault(error) => Err(error),
            Answer::Status(response) => Err(response.error()),
        }
    }

    /// Tells something, which is answered with `true`. Where it cannot be told whether the change was made, that is
    /// [`Error::OutcomeUnknown`].
    pub(crate) fn write(&self, operation: &'static str, parameters: &[(&'static str, &str)]) -> Result<(), Error> {
        let request = envelope::request(&self.settings, operation, parameters)?;
        let incoming = self.transport.open(&request).map_err(|error| error.of_write())?;
        // From here on it may have happened, whatever is wrong with the answer.
        let unknown = |what: &str| Error::outcome_unknown(format_args!("{what} to a write"));
        match answer::of(incoming, operation, &Limits::default()) {
            Ok(Answer::Result(results)) => match answer::text(Some(*results)) {
                Ok(Some(text)) if text.trim() == "true" => Ok(()),
                _ => Err(unknown("an answer other than true")),
            },
            Ok(Answer::Nothing) | Err(_) => Err(unknown("an answer that cannot be read")),
            Ok(Answer::Fault(error)) => Err(error),
            Ok(Answer::Status(response)) => Err(response.error_of_write(Response::error)),
        }
    }

    /// Minor units of the currency that is set.
    pub(crate) fn amount(&self, value: Decimal) -> Result<i64, Error> {
        value.minor_units(self.settings.exponent).map_err(Error::upstream)
    }
}
