//! How many documents of a provider are fetched at a time, for runs and for mails: its customers ask too.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use komunala_domain::ProviderId;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Documents of one provider that are fetched at the same time.
pub(super) const AT_ONCE: usize = 4;

/// The seats of each provider. Clones share them.
#[derive(Debug, Clone, Default)]
pub(crate) struct DocumentSeats(Arc<Mutex<HashMap<ProviderId, Arc<Semaphore>>>>);

impl DocumentSeats {
    /// A seat, as soon as there is one.
    pub(super) async fn wait(&self, provider: &ProviderId) -> OwnedSemaphorePermit {
        self.of(provider).acquire_owned().await.expect("it is never closed")
    }

    /// A seat, if there is one.
    pub(super) fn take(&self, provider: &ProviderId) -> Option<OwnedSemaphorePermit> {
        self.of(provider).try_acquire_owned().ok()
    }

    fn of(&self, provider: &ProviderId) -> Arc<Semaphore> {
        let mut seats = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        seats.entry(provider.clone()).or_insert_with(|| Arc::new(Semaphore::new(AT_ONCE))).clone()
    }
}
