//! What the use cases' failures look like to a portal.

use std::time::Duration;

use komunala_app::{Failure as Cause, operator::SignatureError};
use komunala_domain::{form::FormProblem, reading::Finding};

use super::{Failure, Reason};
use crate::validation::Violation;

/// When to come again where nobody knows better.
const SOON: Duration = Duration::from_secs(1);
const LATER: Duration = Duration::from_secs(30);

impl From<Cause> for Failure {
    fn from(cause: Cause) -> Self {
        let text = cause.to_string();
        match cause {
            Cause::InvalidField { field, problem } => Self::invalid_field(field, problem),
            Cause::NotFound(_) => Self::new(Reason::NotFound, text),
            Cause::NotOffered(capability) => Self::new(Reason::NotOffered, text).with("capability", capability.name()),
            Cause::PortalUnknown => Self::new(Reason::PortalKeyUnknown, text),
            Cause::AccessTokenInvalid => Self::new(Reason::AccessTokenInvalid, text),
            Cause::AccessTokenExpired => Self::new(Reason::AccessTokenExpired, text),
            Cause::CustomerNotProven => Self::new(Reason::CustomerNotProven, text),
            Cause::HouseholdsOnly => Self::new(Reason::HouseholdsOnly, text),
            Cause::CredentialsInvalid => Self::new(Reason::CredentialsInvalid, text),
            Cause::PasswordWrong => Self::new(Reason::PasswordWrong, text),
            Cause::PasswordTooCommon(field) => Self::password_too_common(field),
            Cause::EmailNotVerified => Self::new(Reason::EmailNotVerified, text),
            Cause::LinkSuspended => Self::new(Reason::LinkSuspended, text),
            Cause::CodeInvalid => Self::new(Reason::CodeInvalid, text),
            Cause::TooManySubscriptions => Self::new(Reason::TooManySubscriptions, text),
            Cause::RefreshTokenInvalid => Self::new(Reason::RefreshTokenInvalid, text),
            Cause::TooManyAttempts { retry_after } => Self::new(Reason::TooManyAttempts, text).retry_after(retry_after),
            Cause::DocumentsNotAccepted(missing) => {
                let missing: Vec<_> = missing.iter().map(|d| format!("{} {}", d.document, d.version)).collect();
                Self::new(Reason::DocumentsNotAccepted, text).with("documents", missing.join(","))
            }
            Cause::DocumentOutdated(in_force) => Self::new(Reason::DocumentOutdated, text)
                .with("document", in_force.document)
                .with("version", in_force.version),
            Cause::PageTokenInvalid => Self::new(Reason::PageTokenInvalid, text),
            Cause::RequestIdReused => Self::new(Reason::RequestIdReused, text),
            Cause::NotAvailableYet { until } => {
                let failure = Self::new(Reason::NotAvailableYet, text);
                match until {
                    Some(day) => failure.with("available_from", day.to_string()),
                    None => failure,
                }
            }
            Cause::NotPayable(_) => Self::new(Reason::PaymentCodeNotPayable, text),
            Cause::PaymentCodeImpossible { scheme, error } => Self::new(Reason::PaymentCodeImpossible, text)
                .with("scheme", scheme.name())
                .with("field", error.field)
                .with("rule", error.rule.to_string()),
            Cause::ChannelNotOffered(channel) => {
                Self::new(Reason::NotOffered, text).with("capability", format!("payment_channel:{channel}"))
            }
            Cause::AlreadyPaid => Self::new(Reason::AlreadyPaid, text),
            Cause::PaymentRefused(channel) => {
                Self::new(Reason::PaymentRefused, text).with("channel", channel.to_string())
            }
            Cause::GatewayUnavailable(channel) => Self::new(Reason::PaymentProviderUnavailable, text)
                .with("channel", channel.to_string())
                .retry_after(SOON),
            Cause::ReadingRejected(findings) => rejected(text, &findings),
            Cause::ReadingRefused { reason } => Self::new(Reason::ReadingRefused, text).with("provider_reason", reason),
            Cause::ProviderUnavailable { provider, retry_after, cause } => {
                tracing::warn!(%provider, %cause, "a provider could not be asked");
                Self::new(Reason::ProviderUnavailable, text)
                    .with("provider", provider.to_string())
                    .retry_after(retry_after.unwrap_or(LATER))
            }
            Cause::AttachmentRefused(objection) => {
                Self::new(Reason::AttachmentRefused, text).with("objection", objection.code())
            }
            Cause::AttachmentQuota => Self::new(Reason::AttachmentQuota, text),
            Cause::FormInvalid(problems) => {
                let wrong = |problem: FormProblem| match problem.field.as_str() {
                    "" => Violation::new("fields", problem.problem),
                    field => Violation::new(format!("fields[{field}]"), problem.problem),
                };
                Self::invalid(problems.into_iter().map(wrong).collect())
            }
            Cause::RequestClosed => Self::new(Reason::RequestClosed, text),
            Cause::OriginNotAllowed => Self::new(Reason::OriginNotAllowed, text),
            Cause::OperatorUnknown => Self::new(Reason::OperatorTokenInvalid, text),
            Cause::OperatorTokenExpired => Self::new(Reason::OperatorTokenExpired, text),
            Cause::OperatorRoleMissing(role) => Self::new(Reason::OperatorRoleMissing, text).with("role", role.word()),
            Cause::OperatorTenantDenied(None) => Self::new(Reason::OperatorTenantDenied, text),
            Cause::OperatorTenantDenied(Some(tenant)) => {
                Self::new(Reason::OperatorTenantDenied, text).with("tenant", tenant.to_string())
            }
            Cause::IdentityProviderUnavailable => {
                Self::new(Reason::IdentityProviderUnavailable, text).retry_after(LATER)
            }
            Cause::TenantExists(_) => Self::new(Reason::TenantExists, text),
            Cause::PortalKeyInSettings => Self::new(Reason::PortalKeyInSettings, text),
            Cause::TooManyPortalKeys(_) => Self::new(Reason::TooManyPortalKeys, text),
            Cause::SettingsInvalid(problems) => {
                let violations = problems.into_iter().map(|problem| Violation::new(problem.field, problem.problem));
                Self::new(Reason::SettingsInvalid, text).violating(violations.collect())
            }
            Cause::ComponentDigest { announced, found } => Self::new(Reason::ComponentDigestMismatch, text)
                .with("announced", announced.to_string())
                .with("found", found.to_string()),
            Cause::ComponentRefused(_) => Self::new(Reason::ComponentRefused, text),
            Cause::ComponentStart(_) => Self::new(Reason::ComponentStartFailed, text),
            Cause::ComponentUnknown(digest) => {
                Self::new(Reason::ComponentUnknown, text).with("component", format!("components/{digest}"))
            }
            Cause::Signature(SignatureError::Missing) => Self::new(Reason::SignatureMissing, text),
            Cause::Signature(SignatureError::Invalid) => Self::new(Reason::SignatureInvalid, text),
            Cause::NoEarlierComponent => Self::new(Reason::NoEarlierComponent, text),
            Cause::ChangedMeanwhile => Self::new(Reason::ChangedMeanwhile, text).retry_after(SOON),
            Cause::Overloaded => Self::new(Reason::Overloaded, text).retry_after(SOON),
            Cause::DeadlineExceeded => Self::new(Reason::DeadlineExceeded, text),
            Cause::StoreUnavailable(cause) => {
                tracing::error!(%cause, source = ?std::error::Error::source(&cause), "the store is unavailable");
                Self::new(Reason::StoreUnavailable, text).retry_after(SOON)
            }
            Cause::Internal(what) => {
                tracing::error!(%what, "a use case failed");
                Self::new(Reason::Internal, "internal error")
            }
        }
    }
}

fn rejected(text: String, findings: &[Finding]) -> Failure {
    let codes: Vec<_> = findings.iter().map(|finding| finding.code.name()).collect();
    let violations = findings.iter().map(|finding| {
        let field = match &finding.register {
            Some(register) => format!("registers[{register}]"),
            None => "reading_date".to_owned(),
        };
        Violation::new(field, finding.code.name())
    });
    Failure::new(Reason::ReadingRejected, text).with("findings", codes.join(",")).violating(violations.collect())
}
