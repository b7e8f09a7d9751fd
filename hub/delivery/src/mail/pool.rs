//! Sessions that stay open between mails.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::{
    settings::WorkSettings,
    smtp::{Cause, Relay, Session, SmtpError, Stage},
    worker::{Written, settled},
};

/// A session and how many mails went over it.
pub(super) struct Lane {
    pub(super) session: Session,
    /// The outcome of the mail before, which may not be written down yet.
    pub(super) before: Option<Written>,
    mails: u32,
    since: Instant,
}

impl Lane {
    /// Whether an error means that the relay closed the session while it lay idle, as it may when it likes.
    pub(super) fn was_closed(&self, error: &SmtpError) -> bool {
        let is_first_word = matches!(error.stage, Stage::Reset | Stage::Mail);
        let is_goodbye = match &error.cause {
            Cause::Refused(reply) => reply.code == 421,
            Cause::HungUp | Cause::OutOfTurn | Cause::Io(_) => true,
            _ => false,
        };
        self.mails > 0 && is_first_word && is_goodbye
    }
}

pub(super) struct Pool {
    relay: Relay,
    idle: Mutex<Vec<Lane>>,
    mails_per_session: u32,
    keep: Duration,
    cut: CancellationToken,
}

impl Pool {
    pub(super) fn new(relay: Relay, work: &WorkSettings, cut: CancellationToken) -> Self {
        Self { relay, idle: Mutex::default(), mails_per_session: work.mails_per_session.max(1), keep: work.idle, cut }
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Lane>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A session: the one that lay idle for the shortest time, or a new one.
    pub(super) async fn take(&self) -> Result<Lane, SmtpError> {
        let idle = self.idle().pop().filter(|lane| lane.since.elapsed() < self.keep);
        if let Some(lane) = idle {
            return Ok(lane);
        }
        let session = Session::open(&self.relay, self.cut.clone()).await?;
        Ok(Lane { session, before: None, mails: 0, since: Instant::now() })
    }

    /// Gives a session back after a mail whose outcome is being written down. Answers one that has to be closed.
    pub(super) fn pass_on(&self, mut lane: Lane, written: Written) -> Option<Lane> {
        if !self.keeps(&lane) {
            return Some(lane);
        }
        lane.before = Some(written);
        self.shelve(lane);
        None
    }

    /// Gives a session back after a mail, or closes it.
    pub(super) async fn give_back(&self, lane: Lane) {
        if self.keeps(&lane) {
            return self.shelve(lane);
        }
        settled(lane.before).await;
        lane.session.quit().await;
    }

    fn keeps(&self, lane: &Lane) -> bool {
        lane.session.is_usable() && lane.mails + 1 < self.mails_per_session && !self.cut.is_cancelled()
    }

    fn shelve(&self, mut lane: Lane) {
        lane.mails += 1;
        lane.since = Instant::now();
        self.idle().push(lane);
    }

    /// Closes what nobody needed for a while.
    pub(super) fn close_idle(&self) {
        let stale: Vec<Lane> = self.idle().extract_if(.., |lane| lane.since.elapsed() >= self.keep).collect();
        for lane in stale {
            tokio::spawn(lane.session.quit());
        }
    }

    /// Closes everything.
    pub(super) async fn close_all(&self) {
        let all = std::mem::take(&mut *self.idle());
        futures::future::join_all(all.into_iter().map(|lane| lane.session.quit())).await;
    }
}
