//! Mail that comes back: what it says is understood in one place, whichever way it comes in.

mod maildir;
mod report;
mod verdict;

use std::sync::Arc;

use async_trait::async_trait;
use komunala_app::{
    ports::{
        Bounces, Clock, ReturnedMail, StoreError,
        bounces::{Bounce, Noted, Returned},
    },
    scope::SystemScope,
};
use opentelemetry::{KeyValue, global, metrics::Counter};

pub use maildir::BounceBox;

use crate::return_path::ReturnPaths;

/// Reads what comes back, and has it written down.
pub struct BounceReader {
    paths: ReturnPaths,
    bounces: Arc<dyn Bounces>,
    clock: Arc<dyn Clock>,
    scope: SystemScope,
    counter: Counter<u64>,
}

impl BounceReader {
    /// A reader of mail that comes to these return paths.
    pub fn new(paths: ReturnPaths, bounces: Arc<dyn Bounces>, clock: Arc<dyn Clock>, scope: SystemScope) -> Self {
        let counter = global::meter("komunala.delivery")
            .u64_counter("komunala.mail.returned")
            .with_description("mails that came back, by what became of them")
            .build();
        Self { paths, bounces, clock, scope, counter }
    }

    async fn note(&self, mail: &[u8]) -> Result<Returned, StoreError> {
        let Some(report) = report::read(mail) else { return Ok(Returned::Other) };
        let message = report.addresses.iter().find_map(|address| self.paths.message_of(address));
        let Some(message) = message else { return Ok(Returned::Other) };
        match verdict::of(&report.recipients) {
            None => Ok(Returned::Other),
            Some(verdict::Verdict::Delayed) => Ok(Returned::Delay),
            Some(verdict::Verdict::Returned(kind, status)) => {
                let bounce = Bounce { message, kind, status, report: Some(self.paths.mark_of(&report.identity)) };
                let noted = self.bounces.bounced(&self.scope, bounce, self.clock.now()).await?;
                tracing::info!(%message, %status, ?kind, ?noted, "a mail came back");
                Ok(Returned::Bounce(noted))
            }
        }
    }
}

#[async_trait]
impl ReturnedMail for BounceReader {
    async fn read(&self, mail: &[u8]) -> Result<Returned, StoreError> {
        let returned = self.note(mail).await?;
        self.counter.add(1, &[KeyValue::new("outcome", name(returned))]);
        Ok(returned)
    }
}

fn name(returned: Returned) -> &'static str {
    match returned {
        Returned::Bounce(Noted::Nothing) => "known",
        Returned::Bounce(Noted::SentAgain) => "sent_again",
        Returned::Bounce(Noted::GivenUp) => "given_up",
        Returned::Bounce(Noted::Suppressed) => "suppressed",
        Returned::Delay => "delayed",
        Returned::Other => "other",
    }
}
