//! For how long a message is this worker's.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::time::Instant;

/// The lease of a message, as far as this worker knows: others may have the message by then, and never before.
///
/// A process may be stopped between any two instructions, for as long as its machine likes. What must not happen behind
/// the lease is therefore asked here, right before it would.
#[derive(Debug, Clone)]
pub(crate) struct Lease(Arc<Mutex<Instant>>);

impl Lease {
    pub(super) fn until(until: Instant) -> Self {
        Self(Arc::new(Mutex::new(until)))
    }

    /// It was renewed.
    pub(super) fn extend(&self, until: Instant) {
        *self.lock() = until;
    }

    /// Whether nobody else can have the message.
    pub(crate) fn lasts(&self) -> bool {
        Instant::now() < *self.lock()
    }

    fn lock(&self) -> MutexGuard<'_, Instant> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
