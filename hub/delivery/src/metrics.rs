//! What is counted: messages by purpose and outcome, and how long an attempt took. No addresses, no ids.

use std::time::Duration;

use komunala_app::ports::outbox::Claimed;
use komunala_domain::Channel;
use opentelemetry::{
    KeyValue, global,
    metrics::{Counter, Histogram},
};

use crate::worker::Outcome;

pub(crate) struct Metrics {
    messages: Counter<u64>,
    duration: Histogram<f64>,
    segments: Counter<u64>,
}

impl Metrics {
    /// Instruments of the global meter; they cost nothing while nobody collects.
    pub(crate) fn new(channel: Channel) -> Self {
        let meter = global::meter("komunala.delivery");
        let (messages, duration) = match channel {
            Channel::Email => ("komunala.mail.messages", "komunala.mail.duration"),
            Channel::Sms => ("komunala.sms.messages", "komunala.sms.duration"),
        };
        Self {
            messages: meter
                .u64_counter(messages)
                .with_description("attempts at a message, by purpose and outcome")
                .build(),
            duration: meter
                .f64_histogram(duration)
                .with_unit("s")
                .with_description("from the claim of a message to its outcome")
                .build(),
            segments: meter
                .u64_counter("komunala.sms.segments")
                .with_description("segments of short messages that gateways took, by purpose")
                .build(),
        }
    }

    pub(crate) fn count(&self, claimed: &Claimed, outcome: &Outcome, took: Duration) {
        let labels = labels(claimed, name(outcome));
        self.messages.add(1, &labels);
        self.duration.record(took.as_secs_f64(), &labels);
    }

    /// A gateway took a text of so many segments.
    pub(crate) fn segments(&self, claimed: &Claimed, segments: usize) {
        self.segments.add(segments as u64, &labels(claimed, "accepted"));
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
