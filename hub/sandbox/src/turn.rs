//! Turns at a billing system that bears one call at a time.
//!
//! There are two lines, both first come, first served: one within this hub, and one in the database, in which each hub
//! stands with one ticket at most. So a hub with many callers gets no more turns than a hub with few, the database is
//! asked by those alone who are next, and nobody starves. A turn is held until the last request of its call is over,
//! whoever still waits for it; a hub that dies loses its turn with the lease.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use jiff::{SignedDuration, Timestamp};
use komunala_app::ports::{BillingError, Turns};
use komunala_domain::ProviderId;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    task::AbortHandle,
};
use tracing::Instrument;
use uuid::Uuid;

/// How long a dead hub stands in the way of the others. Shorter would let a slow database end a turn that is in use.
const LEASE: SignedDuration = SignedDuration::from_secs(15);

/// How often a lease is renewed.
const RENEWAL: Duration = Duration::from_secs(5);

/// Pauses between two looks at the line: at first as short as an ordinary request, later such that a hub that waits
/// costs the database ten transactions a second.
const FIRST_PAUSE: Duration = Duration::from_millis(10);
const LONGEST_PAUSE: Duration = Duration::from_millis(100);

/// When it is worth asking again after waiting in vain.
const NEXT_TIME: Duration = Duration::from_secs(1);

/// The line of one provider.
#[derive(Clone)]
pub(crate) struct Line {
    provider: ProviderId,
    here: Arc<Semaphore>,
    everywhere: Option<Arc<dyn Turns>>,
}

/// A turn; it ends when this is dropped.
pub(crate) struct Turn {
    // in this order: the ticket takes the place here along until the others can see that it is gone
    _ticket: Option<Ticket>,
    _here: Option<OwnedSemaphorePermit>,
}

impl Line {
    pub(crate) fn new(provider: &ProviderId) -> Self {
        Self { provider: provider.clone(), here: Arc::new(Semaphore::new(1)), everywhere: None }
    }

    /// The same line for all hubs that share these turns.
    pub(crate) fn shared(self, turns: Arc<dyn Turns>) -> Self {
        Self { everywhere: Some(turns), ..self }
    }

    /// Waits for a turn until `deadline`. Whoever waits in vain has changed nothing.
    pub(crate) async fn turn(&self, deadline: Instant) -> Result<Turn, BillingError> {
        let waited = tokio::time::timeout_at(deadline.into(), self.wait()).await;
        waited.unwrap_or(Err(BillingError::Unavailable { retry_after: Some(NEXT_TIME) }))
    }

    async fn wait(&self) -> Result<Turn, BillingError> {
        let here = Arc::clone(&self.here).acquire_owned().await.expect("a line never closes its semaphore");
        let Some(turns) = &self.everywhere else {
            return Ok(Turn { _ticket: None, _here: Some(here) });
        };
        // leaves the line when it is dropped, so before it enters
        let mut ticket = Ticket {
            turns: Arc::clone(turns),
            line: self.provider.clone(),
            id: Uuid::now_v7(),
            here: Some(here),
            renewal: None,
        };
        let mut pause = FIRST_PAUSE;
        loop {
            match turns.stand(&self.provider, ticket.id, LEASE, Timestamp::now()).await {
                Ok(true) => break,
                Ok(false) => {}
                Err(error) => {
                    tracing::error!(provider = %self.provider, %error, "no turn can be had");
                    return Err(BillingError::Unavailable { retry_after: Some(NEXT_TIME) });
                }
            }
            // never the same for two who wait
            tokio::time::sleep(pause.mul_f64(rand::random_range(0.75..1.25))).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
        ticket.renewal = Some(ticket.renew());
        Ok(Turn { _ticket: Some(ticket), _here: None })
    }
}

/// A place in the line of all hubs.
struct Ticket {
    turns: Arc<dyn Turns>,
    line: ProviderId,
    id: Uuid,
    here: Option<OwnedSemaphorePermit>,
    renewal: Option<AbortHandle>,
}

impl Ticket {
    /// Says again and again that this hub is alive.
    fn renew(&self) -> AbortHandle {
        let (turns, line, id) = (Arc::clone(&self.turns), self.line.clone(), self.id);
        let renewal = async move {
            loop {
                tokio::time::sleep(RENEWAL).await;
                match turns.stand(&line, id, LEASE, Timestamp::now()).await {
                    Ok(true) => {}
                    Ok(false) => tracing::warn!(provider = %line, "a turn was lost while it was in use"),
                    Err(error) => tracing::warn!(provider = %line, %error, "a turn could not be renewed"),
                }
            }
        };
        tokio::spawn(renewal.in_current_span()).abort_handle()
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        if let Some(renewal) = &self.renewal {
            renewal.abort();
        }
        // a hub that is going down has no runtime left: its lease ends
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        let (turns, line, id, here) = (Arc::clone(&self.turns), self.line.clone(), self.id, self.here.take());
        let leaving = async move {
            if let Err(error) = turns.leave(&line, id).await {
                tracing::warn!(provider = %line, %error, "a turn could not be given back and ends with its lease");
            }
            drop(here);
        };
        runtime.spawn(leaving.in_current_span());
    }
}

impl std::fmt::Debug for Turn {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Turn").finish_non_exhaustive()
    }
}
