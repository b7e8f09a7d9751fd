//! Why a billing system did not do what it was asked.

use std::time::Duration;

use jiff::civil::Date;
use komunala_domain::Capability;

/// A value that a billing system, or the contract, refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldProblem {
    /// The field's name in the contract.
    pub field: String,
    /// A code such as `READ_LOWER`.
    pub code: String,
    /// What is wrong, in the provider's words.
    pub message: String,
}

/// Why a billing system did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BillingError {
    /// There is no such thing.
    #[error("the billing system knows no such thing")]
    NotFound,
    /// Number and PIN do not belong together, or the number is unknown, or it is locked: one answer for all.
    #[error("the billing system refused the credentials")]
    BadCredentials,
    /// It will exist later.
    #[error("not available yet")]
    NotAvailableYet {
        /// The first day it may be there, in the provider's zone.
        until: Option<Date>,
    },
    /// A value was refused.
    #[error("the billing system refused {} value(s)", fields.len())]
    Rejected {
        /// Which, and why.
        fields: Vec<FieldProblem>,
    },
    /// It contradicts what is there, an idempotency key used for something else among others.
    #[error("the billing system found a conflict: {detail}")]
    Conflict {
        /// What contradicts.
        detail: String,
    },
    /// It cannot be reached, or says that it is down.
    #[error("the billing system is unavailable")]
    Unavailable {
        /// When to try again.
        retry_after: Option<Duration>,
    },
    /// It asks for fewer calls.
    #[error("the billing system asks for fewer calls")]
    RateLimited {
        /// When to try again.
        retry_after: Option<Duration>,
    },
    /// A write may have happened: ask again by its key.
    #[error("the outcome of the write is unknown")]
    OutcomeUnknown,
    /// It answered something that breaks its own rules.
    #[error("the billing system answered wrongly: {detail}")]
    Upstream {
        /// What was wrong; no personal data.
        detail: String,
    },
    /// The provider's settings are wrong.
    #[error("the adapter's settings are wrong: {detail}")]
    Config {
        /// Which, and how.
        detail: String,
    },
    /// The adapter does not have this interface.
    #[error("the provider does not offer {}", .0.name())]
    NotOffered(Capability),
    /// The adapter went over a limit of its sandbox.
    #[error("the adapter went over its limit {limit}")]
    Limit {
        /// The limit's name in the settings.
        limit: &'static str,
    },
    /// The adapter crashed.
    #[error("the adapter crashed: {detail}")]
    Trapped {
        /// The trap; no personal data.
        detail: String,
    },
    /// The deadline passed.
    #[error("the deadline passed")]
    DeadlineExceeded,
    /// Too many calls wait for this adapter.
    #[error("too many calls wait for the adapter")]
    Overloaded,
    /// The adapter failed so often that it is left alone for a while.
    #[error("the adapter failed too often and is left alone for a while")]
    BreakerOpen {
        /// When it is tried again.
        retry_after: Duration,
    },
    /// The adapter's answer breaks the contract and was refused whole.
    #[error("the adapter's answer breaks the contract in {field}: {problem}")]
    InvalidAnswer {
        /// The field.
        field: String,
        /// What is wrong with it; no personal data.
        problem: String,
    },
}

impl BillingError {
    /// Whether the billing system, its adapter or the way to it failed, as opposed to having said no.
    pub fn is_outage(&self) -> bool {
        !matches!(
            self,
            Self::NotFound
                | Self::BadCredentials
                | Self::NotAvailableYet { .. }
                | Self::Rejected { .. }
                | Self::Conflict { .. }
                | Self::NotOffered(_)
        )
    }

    /// The same, with nothing left of a secret that a careless billing system or adapter repeated in its words.
    #[must_use]
    pub fn without(self, secret: &str) -> Self {
        let clean = |text: String| if secret.is_empty() { text } else { text.replace(secret, "…") };
        match self {
            Self::Rejected { fields } => {
                let clean = |problem: FieldProblem| FieldProblem {
                    field: clean(problem.field),
                    code: clean(problem.code),
                    message: clean(problem.message),
                };
                Self::Rejected { fields: fields.into_iter().map(clean).collect() }
            }
            Self::Conflict { detail } => Self::Conflict { detail: clean(detail) },
            Self::Upstream { detail } => Self::Upstream { detail: clean(detail) },
            Self::Config { detail } => Self::Config { detail: clean(detail) },
            Self::Trapped { detail } => Self::Trapped { detail: clean(detail) },
            Self::InvalidAnswer { field, problem } => {
                Self::InvalidAnswer { field: clean(field), problem: clean(problem) }
            }
            other => other,
        }
    }

    /// Whether a write that ended so may have been applied nevertheless.
    pub fn leaves_write_unknown(&self) -> bool {
        matches!(
            self,
            Self::OutcomeUnknown
                | Self::Limit { .. }
                | Self::Trapped { .. }
                | Self::DeadlineExceeded
                | Self::InvalidAnswer { .. }
                | Self::Upstream { .. }
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_left_of_a_secret_that_came_back() {
        let conflict = BillingError::Conflict { detail: "PIN 48151623 is wrong".to_owned() };
        assert_eq!(
            conflict.clone().without("48151623").to_string(),
            "the billing system found a conflict: PIN … is wrong"
        );
        assert_eq!(conflict.clone().without(""), conflict);
        let problem = |text: &str| FieldProblem { field: "pin".into(), code: text.into(), message: text.into() };
        let rejected = BillingError::Rejected { fields: vec![problem("48151623")] };
        assert_eq!(rejected.without("48151623"), BillingError::Rejected { fields: vec![problem("…")] });
    }
}
