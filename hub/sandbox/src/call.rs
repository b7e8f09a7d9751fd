//! One call of one guest: what it has used up so far, and why it died if it did.

use std::{
    collections::HashSet,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU64, Ordering},
    },
};

use wasmtime::{FrameInfo, Trap, WasmBacktrace, component::ResourceTableError};
use wasmtime_wasi_http::FieldMapError;

use crate::{
    Limit, Limits, Refusal,
    logs::{CallLog, LogRate},
    refusal::Refusals,
    turn::Turn,
};

/// What every part of a call shares: the store, the requests it has under way, its log.
#[derive(Debug)]
pub(crate) struct CallState {
    pub(crate) limits: Arc<Limits>,
    pub(crate) refusals: Refusals,
    /// Requests made so far.
    pub(crate) requests: AtomicU64,
    /// Bytes of bodies so far, both ways.
    transferred: AtomicU64,
    /// Why a body was not handed over to its end: what the guest makes of it is not believed.
    cut_short: OnceLock<Limit>,
    pub(crate) log: CallLog,
    /// The turn it has, where calls take turns. Each of its requests holds on to it until it is over.
    pub(crate) turn: Option<Arc<Turn>>,
}

impl CallState {
    pub(crate) fn new(limits: Arc<Limits>, rate: Arc<LogRate>, turn: Option<Arc<Turn>>) -> Self {
        Self {
            turn,
            log: CallLog::new(&limits, rate),
            limits,
            refusals: Refusals::default(),
            requests: AtomicU64::new(0),
            transferred: AtomicU64::new(0),
            cut_short: OnceLock::new(),
        }
    }

    /// Bytes of bodies so far, both ways.
    pub(crate) fn transferred(&self) -> u64 {
        self.transferred.load(Ordering::Relaxed)
    }

    /// Counts bytes of a body; false if they are too many.
    pub(crate) fn transfers(&self, bytes: usize) -> bool {
        let bytes = bytes as u64;
        let before = self.transferred.fetch_add(bytes, Ordering::Relaxed);
        before.saturating_add(bytes) <= self.limits.transfer_bytes
    }

    /// Writes down that a guest did not get all of a body. Many take that for its end.
    pub(crate) fn cut_short(&self, limit: Limit) {
        self.refuse(limit);
        let _ = self.cut_short.set(limit);
    }

    /// Why the guest did not get all of a body, if so.
    pub(crate) fn was_cut_short(&self) -> Option<Limit> {
        self.cut_short.get().copied()
    }

    /// Writes down that a limit is used up.
    pub(crate) fn refuse(&self, limit: Limit) {
        self.refusals.note(Refusal::limit(&self.limits, limit));
    }
}

/// How a guest ended without answering.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Death {
    /// It was stopped because its time was up.
    Late,
    /// It ran into a limit or a grant it does not have.
    Refused(Refusal),
    /// It crashed by itself.
    Crashed(String),
}

/// Texts of wasmtime for errors that have no public type; a test holds each of them.
const FUEL_EXHAUSTED: &str = "fuel allocated for hostcalls has been exhausted";
const HANDLES_EXHAUSTED: &str = "store handle limit exceeded";
const INSTANCES_EXHAUSTED: &str = "resource limit exceeded: instance count";

/// As many frames of a crash as wasmtime keeps.
const TRACED_FRAMES: usize = 20;

impl Death {
    /// Why a guest died, from wasmtime's error and what was refused before.
    pub(crate) fn of(error: &wasmtime::Error, call: &CallState) -> Self {
        if let Some(trap) = error.downcast_ref::<Trap>()
            && *trap == Trap::Interrupt
        {
            return Self::Late;
        }
        if let Some(refusal) = call.refusals.first() {
            return Self::Refused(refusal.clone());
        }
        match refusal_of(error, &call.limits) {
            Some(refusal) => Self::Refused(refusal),
            None => Self::Crashed(shown(error)),
        }
    }
}

fn refusal_of(error: &wasmtime::Error, limits: &Limits) -> Option<Refusal> {
    match error.downcast_ref::<Trap>() {
        Some(Trap::StackOverflow) => return Some(Refusal::Stack),
        // the stack that compilers keep in linear memory ends at address zero
        Some(Trap::MemoryOutOfBounds) if recurses(error) => return Some(Refusal::Stack),
        _ => {}
    }
    let is_full = |error: &ResourceTableError| matches!(error, ResourceTableError::Full);
    let has_too_much =
        |error: &FieldMapError| matches!(error, FieldMapError::TooManyFields | FieldMapError::TotalSizeTooBig);
    let limit = if error.downcast_ref().is_some_and(is_full) {
        Limit::Resources
    } else if error.downcast_ref().is_some_and(has_too_much) {
        Limit::RequestHeaders
    } else {
        let text = format!("{error:#}");
        [
            (FUEL_EXHAUSTED, Limit::HostcallFuel),
            (HANDLES_EXHAUSTED, Limit::Resources),
            (INSTANCES_EXHAUSTED, Limit::Instances),
        ]
        .into_iter()
        .find_map(|(known, limit)| text.contains(known).then_some(limit))?
    };
    Some(Refusal::limit(limits, limit))
}

/// Whether a guest was deep in calls of itself when it died.
fn recurses(error: &wasmtime::Error) -> bool {
    let Some(trace) = error.downcast_ref::<WasmBacktrace>() else { return false };
    let functions: HashSet<u32> = trace.frames().iter().map(FrameInfo::func_index).collect();
    trace.frames().len() >= TRACED_FRAMES && functions.len() <= TRACED_FRAMES / 2
}

/// The trap itself; the frames above it are the adapter's own names and go to the debug log.
fn shown(error: &wasmtime::Error) -> String {
    tracing::debug!(error = format!("{error:?}"), "a guest crashed");
    error.root_cause().to_string().chars().filter(|c| !c.is_control()).take(200).collect()
}
