//! Errors that a guest declares. Their texts are for operators, and bounded like everything else.

use std::time::Duration;

use komunala_app::ports::{BillingError, billing::FieldProblem};

use super::value;
use crate::contract::v0_1::types as wire;

/// Nobody waits longer than a day for a billing system, whatever it says.
const LONGEST_WAIT: Duration = Duration::from_secs(24 * 3600);

/// What a guest's error means.
pub(crate) fn failure(error: wire::Error) -> BillingError {
    match error {
        wire::Error::NotFound => BillingError::NotFound,
        wire::Error::BadCredentials => BillingError::BadCredentials,
        wire::Error::NotAvailableYet(day) => match value::optional_date(day) {
            Ok(until) => BillingError::NotAvailableYet { until },
            Err(wrong) => wrong.into(),
        },
        wire::Error::Rejected(violations) => {
            BillingError::Rejected { fields: violations.into_iter().take(32).map(violation).collect() }
        }
        wire::Error::Conflict(text) => BillingError::Conflict { detail: shown(&text) },
        wire::Error::Unavailable(wait) => BillingError::Unavailable { retry_after: wait.map(duration) },
        wire::Error::RateLimited(wait) => BillingError::RateLimited { retry_after: wait.map(duration) },
        wire::Error::OutcomeUnknown(text) => {
            tracing::info!(detail = shown(&text), "the outcome of a write is unknown");
            BillingError::OutcomeUnknown
        }
        wire::Error::Upstream(text) => BillingError::Upstream { detail: shown(&text) },
        wire::Error::Config(text) => BillingError::Config { detail: shown(&text) },
    }
}

fn violation(violation: wire::FieldViolation) -> FieldProblem {
    FieldProblem { field: shown(&violation.field), code: shown(&violation.code), message: shown(&violation.message) }
}

fn duration(ms: u64) -> Duration {
    Duration::from_millis(ms).min(LONGEST_WAIT)
}

/// At most 500 characters of one line.
pub(super) fn shown(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(500).collect()
}
