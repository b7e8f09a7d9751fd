//! How far a session has come and how long it may still take. Shared between the session and its wire.

use std::{future::Future, pin::pin, time::Duration};

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::{Cause, SmtpError, Stage, wire::Handle};
use crate::settings::StageTimeouts;

/// The stage that a session is in and since when.
#[derive(Debug, Clone, Copy)]
pub(super) struct Progress {
    pub(super) stage: Stage,
    /// When the stage began; of the body, when the last block was taken.
    pub(super) since: Instant,
    /// When the body began.
    pub(super) body_since: Instant,
}

impl Progress {
    pub(super) fn new(stage: Stage) -> Self {
        let now = Instant::now();
        Self { stage, since: now, body_since: now }
    }

    /// Goes on to a stage.
    pub(super) fn enter(&mut self, stage: Stage) {
        self.stage = stage;
        self.since = Instant::now();
        if stage == Stage::Body {
            self.body_since = self.since;
        }
    }

    /// Something of the stage came through.
    pub(super) fn advance(&mut self) {
        self.since = Instant::now();
    }

    /// When the stage is over.
    fn deadline(&self, timeouts: &StageTimeouts) -> Instant {
        let stage = self.since + self.stage.bound(timeouts);
        if self.stage == Stage::Body { stage.min(self.body_since + timeouts.body) } else { stage }
    }
}

/// Drives one exchange until it ends, its stage has lasted too long, or the hub stops. The exchange may go through
/// several stages: the wire says when.
pub(super) async fn bounded<T>(
    wire: &Handle,
    timeouts: &StageTimeouts,
    stop: &CancellationToken,
    exchange: impl Future<Output = T>,
) -> Result<T, SmtpError> {
    let mut exchange = pin!(exchange);
    loop {
        let deadline = wire.progress().deadline(timeouts);
        tokio::select! {
            biased;
            done = &mut exchange => return Ok(done),
            () = stop.cancelled() => return Err(SmtpError::new(wire.progress().stage, Cause::Stopped)),
            () = tokio::time::sleep_until(deadline) => {
                let progress = wire.progress();
                if progress.deadline(timeouts) <= Instant::now() {
                    return Err(SmtpError::new(progress.stage, Cause::TimedOut));
                }
            }
        }
    }
}

/// Drives something before there is a wire.
pub(super) async fn bounded_at<T>(
    stage: Stage,
    bound: Duration,
    stop: &CancellationToken,
    work: impl Future<Output = T>,
) -> Result<T, SmtpError> {
    tokio::select! {
        biased;
        done = tokio::time::timeout(bound, work) => done.map_err(|_| SmtpError::new(stage, Cause::TimedOut)),
        () = stop.cancelled() => Err(SmtpError::new(stage, Cause::Stopped)),
    }
}
