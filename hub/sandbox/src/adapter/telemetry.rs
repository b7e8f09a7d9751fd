//! What operators see of an adapter: counts and durations by provider, operation and outcome. No label ever holds
//! anything of a customer.

use std::{sync::Arc, time::Duration};

use komunala_app::ports::BillingError;
use komunala_domain::ProviderId;
use opentelemetry::{
    KeyValue,
    metrics::{Counter, Histogram},
};

use super::{operation::Operation, record::Record};
use crate::Refusal;

/// The instruments of one adapter.
pub(super) struct Telemetry {
    provider: Arc<str>,
    calls: Counter<u64>,
    durations: Histogram<f64>,
    refusals: Counter<u64>,
    pub(super) record: Record,
}

impl Telemetry {
    pub(super) fn new(provider: &ProviderId) -> Self {
        let meter = opentelemetry::global::meter("komunala_sandbox");
        Self {
            provider: provider.as_str().into(),
            calls: meter
                .u64_counter("komunala.adapter.calls")
                .with_description("calls of adapters by provider, operation and outcome")
                .build(),
            durations: meter
                .f64_histogram("komunala.adapter.call.duration")
                .with_description("how long calls of adapters took, waiting for a turn included")
                .with_unit("s")
                .build(),
            refusals: meter
                .u64_counter("komunala.adapter.refusals")
                .with_description("limits and grants that adapters ran into")
                .build(),
            record: Record::default(),
        }
    }

    /// The span of a call.
    pub(super) fn span(&self, operation: Operation) -> tracing::Span {
        tracing::info_span!(
            "adapter call",
            provider = &*self.provider,
            operation = operation.name(),
            outcome = tracing::field::Empty,
        )
    }

    /// A call that did not get as far as the guest.
    pub(super) fn refused(&self, operation: Operation, error: &BillingError) {
        self.calls.add(1, &self.labels(operation, outcome(error)));
    }

    /// A call that did.
    pub(super) fn ended<T>(&self, operation: Operation, result: &Result<T, BillingError>, took: Duration) {
        let outcome = result.as_ref().map_or_else(outcome, |_| "ok");
        tracing::Span::current().record("outcome", outcome);
        if result.as_ref().is_err_and(BillingError::is_outage) {
            self.record.problem(operation.name(), outcome);
        }
        let labels = self.labels(operation, outcome);
        self.calls.add(1, &labels);
        self.durations.record(took.as_secs_f64(), &labels);
    }

    /// Something that a guest was denied.
    pub(super) fn denied(&self, operation: Operation, refusal: &Refusal) {
        tracing::warn!(provider = &*self.provider, operation = operation.name(), %refusal, "an adapter was denied something");
        self.record.limit(refusal.name());
        self.refusals.add(1, &[self.provider(), KeyValue::new("refusal", refusal.name())]);
    }

    fn labels(&self, operation: Operation, outcome: &'static str) -> [KeyValue; 3] {
        [self.provider(), KeyValue::new("operation", operation.name()), KeyValue::new("outcome", outcome)]
    }

    fn provider(&self) -> KeyValue {
        KeyValue::new("provider", Arc::clone(&self.provider))
    }
}

/// An outcome's name in metrics.
fn outcome(error: &BillingError) -> &'static str {
    match error {
        BillingError::NotFound => "not_found",
        BillingError::BadCredentials => "bad_credentials",
        BillingError::NotAvailableYet { .. } => "not_available_yet",
        BillingError::Rejected { .. } => "rejected",
        BillingError::Conflict { .. } => "conflict",
        BillingError::Unavailable { .. } => "unavailable",
        BillingError::RateLimited { .. } => "rate_limited",
        BillingError::OutcomeUnknown => "outcome_unknown",
        BillingError::Upstream { .. } => "upstream",
        BillingError::Config { .. } => "config",
        BillingError::NotOffered(_) => "not_offered",
        BillingError::Limit { .. } => "limit",
        BillingError::Trapped { .. } => "trapped",
        BillingError::DeadlineExceeded => "deadline_exceeded",
        BillingError::Overloaded => "overloaded",
        BillingError::BreakerOpen { .. } => "breaker_open",
        BillingError::InvalidAnswer { .. } => "invalid_answer",
    }
}
