//! What a simulator has seen.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::Serialize;

/// How many trace headers are kept.
const TRACES: usize = 1_000;

/// A handle on the counters of a running simulator; copies count together.
#[derive(Debug, Clone, Default)]
pub struct Counters {
    counts: Arc<Mutex<Counts>>,
}

/// How often what happened: what `GET /_counters` answers.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Counts {
    /// Requests per method and route, like `GET /v1/accounts/{id}`.
    pub requests: BTreeMap<String, u64>,
    /// Answers per HTTP status; cut connections are under 0.
    pub answers: BTreeMap<u16, u64>,
    /// Writes that were applied, per route; a repeated idempotency key applies nothing.
    pub writes: BTreeMap<String, u64>,
    /// Requests in progress now.
    pub concurrent: u64,
    /// The most there were at once.
    pub max_concurrent: u64,
    /// The W3C trace context of the last requests, oldest first.
    pub traces: VecDeque<Trace>,
}

/// The trace context of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Trace {
    /// Method and route.
    pub route: String,
    /// The header `traceparent`, as it came.
    pub traceparent: String,
}

/// A request in progress; counted until it is dropped.
#[derive(Debug)]
pub(crate) struct InProgress {
    counters: Counters,
}

impl Counters {
    /// How often what happened so far.
    pub fn counts(&self) -> Counts {
        self.lock().clone()
    }

    /// How many requests came for a route, like `POST /v1/readings`.
    pub fn requests(&self, route: &str) -> u64 {
        self.lock().requests.get(route).copied().unwrap_or(0)
    }

    /// How many writes were applied by a route.
    pub fn writes(&self, route: &str) -> u64 {
        self.lock().writes.get(route).copied().unwrap_or(0)
    }

    /// Starts all over, except for the requests in progress.
    pub fn reset(&self) {
        let mut counts = self.lock();
        let concurrent = counts.concurrent;
        *counts = Counts { concurrent, max_concurrent: concurrent, ..Counts::default() };
    }

    pub(crate) fn arrive(&self, route: &str, traceparent: Option<&str>) -> InProgress {
        let mut counts = self.lock();
        *counts.requests.entry(route.to_owned()).or_default() += 1;
        counts.concurrent += 1;
        counts.max_concurrent = counts.max_concurrent.max(counts.concurrent);
        if let Some(traceparent) = traceparent {
            if counts.traces.len() == TRACES {
                counts.traces.pop_front();
            }
            counts.traces.push_back(Trace { route: route.to_owned(), traceparent: traceparent.to_owned() });
        }
        InProgress { counters: self.clone() }
    }

    /// Counts an answer; 0 stands for none.
    pub(crate) fn answered(&self, status: u16) {
        *self.lock().answers.entry(status).or_default() += 1;
    }

    /// Counts a write that was applied.
    pub(crate) fn wrote(&self, route: &str) {
        *self.lock().writes.entry(route.to_owned()).or_default() += 1;
    }

    fn lock(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for InProgress {
    fn drop(&mut self) {
        self.counters.lock().concurrent -= 1;
    }
}
