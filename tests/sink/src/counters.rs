//! What the sink has seen.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::stage::Stage;

/// How many Message-IDs are told apart; copies of further ones are not counted.
const MESSAGE_IDS: usize = 2_000_000;

/// A handle on the counters of a running sink; copies count together.
#[derive(Debug, Clone, Default)]
pub struct Counters {
    state: Arc<Mutex<State>>,
}

/// How often what happened.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Counts {
    /// Sessions that were opened.
    pub sessions: u64,
    /// Sessions that are open now.
    pub open: u64,
    /// The most that were open at once.
    pub max_open: u64,
    /// Commands per verb, in capitals; what is no command is under `(unknown)`.
    pub commands: BTreeMap<String, u64>,
    /// Faults that happened, per stage.
    pub faults: BTreeMap<String, u64>,
    /// Mails that were recorded.
    pub recorded: u64,
    /// Mails whose 250 was sent.
    pub accepted: u64,
    /// Commands that came before the answer to the one before, although pipelining is not offered.
    pub pipelined: u64,
}

/// What happens to the counters while a session is open; it counts as closed when this is dropped.
#[derive(Debug)]
pub(crate) struct OpenSession {
    counters: Counters,
    pub(crate) number: u64,
}

#[derive(Debug, Default)]
struct State {
    counts: Counts,
    copies: HashMap<String, u64>,
}

impl Counters {
    /// How often what happened so far.
    pub fn counts(&self) -> Counts {
        self.lock().counts.clone()
    }

    /// How many mails with a Message-ID were recorded.
    pub fn copies(&self, message_id: &str) -> u64 {
        self.lock().copies.get(message_id).copied().unwrap_or(0)
    }

    /// The Message-IDs that were recorded more than once, with how often.
    pub fn duplicates(&self) -> BTreeMap<String, u64> {
        let state = self.lock();
        state.copies.iter().filter(|(_, copies)| **copies > 1).map(|(id, copies)| (id.clone(), *copies)).collect()
    }

    /// How many different Message-IDs were recorded.
    pub fn message_ids(&self) -> usize {
        self.lock().copies.len()
    }

    pub(crate) fn open_session(&self) -> OpenSession {
        let mut state = self.lock();
        let counts = &mut state.counts;
        counts.sessions += 1;
        counts.open += 1;
        counts.max_open = counts.max_open.max(counts.open);
        OpenSession { counters: self.clone(), number: counts.sessions }
    }

    pub(crate) fn command(&self, verb: &str, pipelined: bool) {
        let counts = &mut self.lock().counts;
        *counts.commands.entry(verb.to_owned()).or_default() += 1;
        counts.pipelined += u64::from(pipelined);
    }

    pub(crate) fn fault(&self, stage: Stage) {
        *self.lock().counts.faults.entry(stage.to_string()).or_default() += 1;
    }

    pub(crate) fn recorded(&self, message_id: Option<String>) {
        let mut state = self.lock();
        state.counts.recorded += 1;
        let Some(message_id) = message_id else { return };
        if state.copies.len() < MESSAGE_IDS || state.copies.contains_key(&message_id) {
            *state.copies.entry(message_id).or_default() += 1;
        }
    }

    pub(crate) fn accepted(&self) {
        self.lock().counts.accepted += 1;
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for OpenSession {
    fn drop(&mut self) {
        self.counters.lock().counts.open -= 1;
    }
}
