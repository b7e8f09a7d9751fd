//! How a failure is written into a status.

use std::collections::HashMap;

use tonic::Status;
use tonic_types::{ErrorDetails, FieldViolation, QuotaViolation, StatusExt};

use super::{DOMAIN, Failure};

impl From<Failure> for Status {
    fn from(Failure(parts): Failure) -> Self {
        let metadata: HashMap<String, String> =
            parts.metadata.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
        let mut details = ErrorDetails::with_error_info(parts.reason.as_str(), DOMAIN, metadata);
        if !parts.violations.is_empty() {
            let violations = parts.violations.into_iter().map(|v| FieldViolation::new(v.field, v.description));
            details.set_bad_request(violations.collect::<Vec<_>>());
        }
        if let Some(wait) = parts.retry_after {
            details.set_retry_info(Some(wait));
        }
        if let Some(quota) = parts.quota {
            details.set_quota_failure(vec![QuotaViolation::new(quota.subject, quota.description)]);
        }
        Status::with_error_details(parts.reason.code(), parts.message, details)
    }
}
