//! Errors as portals see them: a gRPC status that always carries `google.rpc.ErrorInfo`.

mod localized;
mod reason;
mod status;
mod use_case;

pub use reason::Reason;

pub(crate) use localized::{Catalogue, language_of};

use std::{borrow::Cow, time::Duration};

use crate::validation::Violation;

/// The domain of every [`Reason`].
pub const DOMAIN: &str = "komunala";

/// Why a call is refused. Small, since every call's result has room for one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure(Box<Parts>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Parts {
    reason: Reason,
    message: Cow<'static, str>,
    metadata: Vec<(&'static str, String)>,
    violations: Vec<Violation>,
    retry_after: Option<Duration>,
    quota: Option<Quota>,
}

/// A quota that is used up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Quota {
    /// Whose quota: `portal:town`.
    pub(crate) subject: String,
    /// What it allows.
    pub(crate) description: String,
}

impl Failure {
    /// A failure for a reason. `message` is for developers: English, and without personal data.
    pub fn new(reason: Reason, message: impl Into<Cow<'static, str>>) -> Self {
        Self(Box::new(Parts {
            reason,
            message: message.into(),
            metadata: Vec::new(),
            violations: Vec::new(),
            retry_after: None,
            quota: None,
        }))
    }

    /// Fields out of their bounds.
    pub(crate) fn invalid(violations: Vec<Violation>) -> Self {
        let mut failure = match violations.first() {
            Some(first) => Self::new(Reason::InvalidFields, format!("{}: {}", first.field, first.description)),
            None => Self::new(Reason::InvalidFields, "a field is out of its bounds"),
        };
        failure.0.violations = violations;
        failure
    }

    /// One field out of its bounds.
    pub(crate) fn invalid_field(field: impl Into<String>, description: impl Into<String>) -> Self {
        Self::invalid(vec![Violation::new(field, description)])
    }

    /// A password that is too easy to guess.
    pub(crate) fn password_too_common(field: &'static str) -> Self {
        let violation = Violation::new(field, "is too easy to guess");
        Self::new(Reason::PasswordTooCommon, format!("{field}: is too easy to guess")).violating(vec![violation])
    }

    /// Adds to the metadata of `google.rpc.ErrorInfo`.
    #[must_use]
    pub(crate) fn with(mut self, key: &'static str, value: impl Into<String>) -> Self {
        self.0.metadata.push((key, value.into()));
        self
    }

    /// Names fields that are at fault.
    #[must_use]
    pub(crate) fn violating(mut self, violations: Vec<Violation>) -> Self {
        self.0.violations = violations;
        self
    }

    /// Says when to try again.
    #[must_use]
    pub(crate) fn retry_after(mut self, wait: Duration) -> Self {
        self.0.retry_after = Some(wait);
        self
    }

    /// Says which quota is used up.
    #[must_use]
    pub(crate) fn exceeding(mut self, quota: Quota) -> Self {
        self.0.quota = Some(quota);
        self
    }

    /// The fields that are at fault.
    #[cfg(test)]
    pub(crate) fn violations(&self) -> &[Violation] {
        &self.0.violations
    }

    /// Why the call is refused.
    pub fn reason(&self) -> Reason {
        self.0.reason
    }
}
