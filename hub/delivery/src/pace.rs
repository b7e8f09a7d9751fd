//! How much mail is under way at once, and how fast it leaves: to the relay as a whole, and to each domain behind it.
//!
//! What others bear is found out: one more at once after a window's worth of successes, half as many after a refusal
//! (additive increase, multiplicative decrease). A domain that refuses is also left alone for a while; its mails go back
//! to the queue meanwhile, so that nobody else waits behind them.

mod domain;
mod window;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use governor::DefaultDirectRateLimiter;
use komunala_app::ports::outbox::Priority;
use tokio::{sync::Notify, time::Instant};

use self::{domain::Domain, window::Window};
use crate::{
    settings::LimitSettings,
    smtp::{Cause, SmtpError, Stage},
};

/// A domain's turn that comes within this time is waited for; one that comes later is not, so that nobody is kept from
/// their own.
const WORTH_WAITING: Duration = Duration::from_secs(1);
/// How many domains are remembered; what nobody writes to now is forgotten first.
const DOMAINS: usize = 10_000;

pub(crate) struct Pace {
    limits: LimitSettings,
    /// Mails under way, with or without a session.
    places: u32,
    /// Seats that are kept free of what goes to very many.
    kept: u32,
    rate: Option<DefaultDirectRateLimiter>,
    state: Mutex<State>,
    freed: Notify,
}

struct State {
    relay: Window,
    bulk: u32,
    domains: HashMap<String, Domain>,
}

/// The domain of a mail has no turn for it now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Later(pub(crate) Duration);

impl Pace {
    /// For so many sessions, and so many mails that wait for one.
    pub(crate) fn new(sessions: usize, waiting: usize, limits: LimitSettings) -> Arc<Self> {
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        let (sessions, waiting) = (count(sessions.max(1)), count(waiting));
        let rate = limits.rate.map(|rate| DefaultDirectRateLimiter::direct(governor::Quota::per_second(rate)));
        let state = State { relay: Window::new(sessions), bulk: 0, domains: HashMap::new() };
        let kept = if sessions == 1 { 0 } else { (sessions / 4).max(1) };
        let places = sessions.saturating_add(waiting);
        Arc::new(Self { limits, places, kept, rate, state: Mutex::new(state), freed: Notify::new() })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many mails may be under way, those included that wait for a seat.
    pub(crate) fn places(&self) -> u32 {
        self.places
    }

    /// How many of them may be mails to very many.
    pub(crate) fn bulk_places(&self) -> u32 {
        self.places - self.kept
    }

    /// A turn with a domain. One that comes soon is waited for.
    pub(crate) async fn turn(self: &Arc<Self>, domain: &str) -> Result<Turn, Later> {
        loop {
            match self.try_turn(domain) {
                Ok(turn) => return Ok(turn),
                Err(later) if later.0 > WORTH_WAITING => return Err(later),
                Err(later) => tokio::time::sleep(later.0).await,
            }
        }
    }

    fn try_turn(self: &Arc<Self>, name: &str) -> Result<Turn, Later> {
        let mut state = self.state();
        if state.domains.len() >= DOMAINS {
            let now = Instant::now();
            state.domains.retain(|_, domain| !domain.is_forgettable(now));
        }
        let domain =
            state.domains.entry(name.to_owned()).or_insert_with(|| Domain::new(self.limits.of(name), self.places));
        let since = Instant::now();
        domain.take(since, &self.limits)?;
        Ok(Turn { pace: self.clone(), domain: name.to_owned(), since })
    }

    /// A seat with the relay; waited for as long as it takes.
    pub(crate) async fn seat(self: &Arc<Self>, priority: Priority) -> Seat {
        if let Some(rate) = &self.rate {
            rate.until_ready().await;
        }
        let is_bulk = priority == Priority::Bulk;
        let mut freed = std::pin::pin!(self.freed.notified());
        loop {
            // enabled before it is looked, so that no seat that is freed in between is missed
            freed.as_mut().enable();
            if let Some(seat) = self.try_seat(is_bulk) {
                return seat;
            }
            freed.as_mut().await;
            freed.set(self.freed.notified());
        }
    }

    fn try_seat(self: &Arc<Self>, is_bulk: bool) -> Option<Seat> {
        let mut state = self.state();
        let most_bulk = state.relay.size().saturating_sub(self.kept).max(1);
        if is_bulk && state.bulk >= most_bulk || !state.relay.take() {
            return None;
        }
        state.bulk += u32::from(is_bulk);
        Some(Seat { pace: self.clone(), is_bulk })
    }

    /// The relay took a mail for a domain.
    pub(crate) fn succeeded(&self, domain: &str) {
        let mut state = self.state();
        let is_wider = state.relay.grow();
        if let Some(domain) = state.domains.get_mut(domain) {
            domain.succeeded();
        }
        drop(state);
        if is_wider {
            self.freed.notify_waiters();
        }
    }

    /// A mail did not get through: whoever cannot bear more is given less.
    pub(crate) fn failed(&self, domain: &str, error: &SmtpError) {
        let blame = Blame::of(error);
        let (mut state, now) = (self.state(), Instant::now());
        if blame.relay {
            state.relay.shrink(now);
        }
        if blame.domain
            && let Some(domain) = state.domains.get_mut(domain)
        {
            domain.refused(now, &self.limits);
        }
    }
}

/// Who cannot bear more.
#[derive(Debug, PartialEq, Eq)]
struct Blame {
    relay: bool,
    domain: bool,
}

impl Blame {
    /// What a relay says before it knows the recipient is about the hub; what it says of one is about that one's domain, and
    /// a 421 is the end of the session on top of that.
    fn of(error: &SmtpError) -> Self {
        let code = match &error.cause {
            Cause::Refused(reply) => reply.code,
            _ => 0,
        };
        let of_recipient = matches!(error.stage, Stage::Rcpt | Stage::Data | Stage::FinalDot);
        let is_transient = (400..500).contains(&code);
        let relay = match &error.cause {
            Cause::Refused(_) => code == 421 || is_transient && !of_recipient,
            Cause::TimedOut | Cause::HungUp | Cause::Io(_) => true,
            _ => false,
        };
        Self { relay, domain: of_recipient && is_transient && !error.is_greylisting() }
    }
}

/// A turn with a domain, for as long as it is held.
pub(crate) struct Turn {
    pace: Arc<Pace>,
    domain: String,
    since: Instant,
}

impl Drop for Turn {
    fn drop(&mut self) {
        if let Some(domain) = self.pace.state().domains.get_mut(&self.domain) {
            domain.give_back(self.since.elapsed());
        }
    }
}

/// A seat with the relay, for as long as it is held.
pub(crate) struct Seat {
    pace: Arc<Pace>,
    is_bulk: bool,
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut state = self.pace.state();
        state.relay.give_back();
        state.bulk -= u32::from(self.is_bulk);
        drop(state);
        self.pace.freed.notify_waiters();
    }
}

#[cfg(test)]
mod tests;
