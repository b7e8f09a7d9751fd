//! One adapter's share of the hub: so many calls at one time, so many waiting, and for so long.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::Limits;

/// The calls of one adapter.
#[derive(Debug)]
pub(crate) struct Bulkhead {
    running: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
    wait: Duration,
}

/// A place among the running calls, given back when dropped.
#[derive(Debug)]
pub(crate) struct Berth(#[allow(dead_code, reason = "held for its drop")] OwnedSemaphorePermit);

/// Too many calls run and wait already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Full;

impl Bulkhead {
    pub(crate) fn new(limits: &Limits) -> Self {
        let places = |count: u64| {
            let count = usize::try_from(count).unwrap_or(usize::MAX).min(Semaphore::MAX_PERMITS);
            Arc::new(Semaphore::new(count))
        };
        Self {
            running: places(limits.concurrent_calls.max(1)),
            waiting: places(limits.queued_calls),
            wait: Duration::from_millis(limits.queue_wait_ms),
        }
    }

    /// Waits for a place, no longer than the limit and the deadline.
    pub(crate) async fn enter(&self, deadline: Instant) -> Result<Berth, Full> {
        if let Ok(place) = Arc::clone(&self.running).try_acquire_owned() {
            return Ok(Berth(place));
        }
        let _queued = self.waiting.try_acquire().map_err(|_| Full)?;
        let until = deadline.min(Instant::now() + self.wait);
        let place = tokio::time::timeout_at(until.into(), Arc::clone(&self.running).acquire_owned()).await;
        let place = place.map_err(|_| Full)?.expect("the bulkhead never closes its semaphore");
        Ok(Berth(place))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bulkhead(concurrent_calls: u64, queued_calls: u64, queue_wait_ms: u64) -> Bulkhead {
        Bulkhead::new(&Limits { concurrent_calls, queued_calls, queue_wait_ms, ..Limits::default() })
    }

    fn later() -> Instant {
        Instant::now() + Duration::from_secs(60)
    }

    #[tokio::test]
    async fn a_call_beyond_the_queue_is_refused_at_once() {
        let bulkhead = Arc::new(bulkhead(1, 1, 60_000));
        let running = bulkhead.enter(later()).await.unwrap();
        let queued = tokio::spawn({
            let bulkhead = Arc::clone(&bulkhead);
            async move { bulkhead.enter(later()).await }
        });
        while bulkhead.waiting.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        assert_eq!(bulkhead.enter(later()).await.unwrap_err(), Full);
        drop(running);
        assert!(queued.await.unwrap().is_ok(), "the queued one gets the place");
    }

    #[tokio::test]
    async fn a_call_waits_no_longer_than_the_limit_and_no_longer_than_its_deadline() {
        let bulkhead = bulkhead(1, 5, 20);
        let _running = bulkhead.enter(later()).await.unwrap();
        assert_eq!(bulkhead.enter(later()).await.unwrap_err(), Full);
        assert_eq!(bulkhead.enter(Instant::now()).await.unwrap_err(), Full);
        assert_eq!(bulkhead.waiting.available_permits(), 5, "nobody is left in the queue");
    }
}
