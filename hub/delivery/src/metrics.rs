//! What is counted: messages by purpose and outcome, and how long an attempt took. No addresses, no ids.

use std::time::Duration;

use komunala_app::ports::outbox::Claimed;
use opentelemetry::{
    KeyValue, global,
    metrics::{Counter, Histogram},
};

use crate::worker::Outcome;

pub(crate) struct Metrics {
    messages: Counter<u64>,
    duration: Histogram<f64>,
}

impl Metrics {
    /// Instruments of the global meter; they cost nothing while nobody collects.
    pub(crate) fn new() -> Self {
        let meter = global::meter("komunala.delivery");
        Self {
            messages: meter
                .u64_counter("komunala.mail.messages")
                .with_description("attempts at a message, by purpose and outcome")
                .build(),
            duration: meter
                .f64_histogram("komunala.mail.duration")
                .with_unit("s")
                .with_description("from the claim of a message to its outcome")
                .build(),
        }
    }

    pub(crate) fn count(&self, claimed: &Claimed, outcome: &Outcome, took: Duration) {
        let labels = labels(claimed, name(outcome));
        self.messages.add(1, &labels);
        self.duration.record(took.as_secs_f64(), &labels);
    }

    /// A message whose worker died after its body may have left.
    pub(crate) fn lost_track(&self, claimed: &Claimed) {
        self.messages.add(1, &labels(claimed, "unknown"));
    }
}

fn labels(claimed: &Claimed, outcome: &'static str) -> [KeyValue; 3] {
    [
        KeyValue::new("provider", claimed.message.provider.to_string()),
        KeyValue::new("purpose", claimed.message.content.purpose()),
        KeyValue::new("outcome", outcome),
    ]
}

fn name(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Accepted(_) => "accepted",
        Outcome::Deferred(_) => "deferred",
        Outcome::PutOff(_) => "put_off",
        Outcome::Failed(_) => "failed",
        Outcome::Pointless(_) => "pointless",
        Outcome::Unknown(_) => "unknown",
        Outcome::Superseded => "superseded",
    }
}
