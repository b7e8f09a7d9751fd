//! Why a call of an operator did not do what it should.

use std::{error::Error, fmt};

use tonic::Status;
use tonic_types::StatusExt;

/// Why a call did not do what it should.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The address is none.
    #[error("`{0}` is no address: host:port, or https://host:port")]
    Address(String),
    /// A certificate or its key is none.
    #[error("the certificates cannot be used: PEM is wanted, and a key that belongs to its certificate")]
    Certificate,
    /// The token has characters that no token has.
    #[error("the token has characters that no token has")]
    Token,
    /// Nobody answers there.
    #[error("no hub answers operators at {address}: {cause}")]
    Unreachable {
        /// The address.
        address: String,
        /// Why.
        cause: String,
    },
    /// The hub said no.
    #[error(transparent)]
    Refused(Box<Refusal>),
}

/// What a hub said instead of doing it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The reason, as `proto/errors` describes it; empty if the answer has none.
    pub reason: String,
    /// What happened, for whoever operates the hub.
    pub message: String,
    /// The fields that are at fault, and what is wrong with each.
    pub fields: Vec<(String, String)>,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.reason.as_str() {
            "" => f.write_str(&self.message),
            reason => write!(f, "{} ({reason})", self.message),
        }
    }
}

impl Error for Refusal {}

impl ClientError {
    pub(super) fn unreachable(address: &str, error: &dyn Error) -> Self {
        // the outer error says only that there was one
        let mut cause = error;
        while let Some(inner) = cause.source() {
            cause = inner;
        }
        Self::Unreachable { address: address.to_owned(), cause: cause.to_string() }
    }
}

impl From<Status> for ClientError {
    fn from(status: Status) -> Self {
        let details = status.get_error_details();
        let violations = details.bad_request().map(|bad| bad.field_violations.as_slice()).unwrap_or_default();
        Self::Refused(Box::new(Refusal {
            reason: details.error_info().map(|info| info.reason.clone()).unwrap_or_default(),
            message: status.message().to_owned(),
            fields: violations.iter().map(|field| (field.field.clone(), field.description.clone())).collect(),
        }))
    }
}
