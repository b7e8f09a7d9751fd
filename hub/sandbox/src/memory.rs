//! Memory of guests: summed over the memories and tables of a call, and over all calls of the hub.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use wasmtime::ResourceLimiter;

use crate::{Limit, Limits, Refusal, call::CallState};

/// What one element of a table takes in the host.
const ELEMENT_BYTES: u64 = size_of::<usize>() as u64;

/// What all guests of the hub hold together, in bytes.
#[derive(Debug)]
pub(crate) struct MemoryBudget {
    total: u64,
    used: AtomicU64,
}

impl MemoryBudget {
    pub(crate) fn new(total: u64) -> Self {
        Self { total, used: AtomicU64::new(0) }
    }

    pub(crate) fn used(&self) -> u64 {
        self.used.load(Ordering::Relaxed)
    }

    fn take(&self, bytes: u64) -> bool {
        let before = self.used.fetch_add(bytes, Ordering::Relaxed);
        let fits = before.saturating_add(bytes) <= self.total;
        if !fits {
            self.give_back(bytes);
        }
        fits
    }

    fn give_back(&self, bytes: u64) {
        self.used.fetch_sub(bytes, Ordering::Relaxed);
    }
}

/// The meter of one store.
///
/// What was allowed is never taken off again before the store goes. wasmtime reports a failed growth without its amount,
/// and also reports growths that were never asked for here (beyond 4 GiB): undoing "the last one" would let a guest
/// alternate the two and grow for ever. Growths that cannot succeed are refused instead of counted.
pub(crate) struct MemoryMeter {
    limits: Arc<Limits>,
    call: Arc<CallState>,
    budget: Arc<MemoryBudget>,
    bytes: u64,
    elements: u64,
}

impl MemoryMeter {
    pub(crate) fn new(limits: Arc<Limits>, call: Arc<CallState>, budget: Arc<MemoryBudget>) -> Self {
        Self { limits, call, budget, bytes: 0, elements: 0 }
    }

    /// The most that the guest held, in bytes: what it was given is never taken off again.
    pub(crate) fn peak_bytes(&self) -> u64 {
        self.bytes
    }

    fn grow(&mut self, added_bytes: u64, added_elements: u64) -> bool {
        let bytes = self.bytes.saturating_add(added_bytes);
        let elements = self.elements.saturating_add(added_elements);
        let refusal = if bytes > self.limits.memory_bytes {
            Refusal::limit(&self.limits, Limit::Memory)
        } else if elements > self.limits.table_elements {
            Refusal::limit(&self.limits, Limit::TableElements)
        } else if !self.budget.take(added_bytes) {
            Refusal::TotalMemory
        } else {
            (self.bytes, self.elements) = (bytes, elements);
            return true;
        };
        self.call.refusals.note(refusal);
        false
    }
}

impl Drop for MemoryMeter {
    fn drop(&mut self) {
        self.budget.give_back(self.bytes);
    }
}

fn added(current: usize, desired: usize) -> u64 {
    desired.saturating_sub(current) as u64
}

/// Whether the memory or table may become as large by its own type.
fn is_possible(desired: usize, maximum: Option<usize>) -> bool {
    maximum.is_none_or(|maximum| desired <= maximum)
}

impl ResourceLimiter for MemoryMeter {
    fn memory_growing(&mut self, current: usize, desired: usize, maximum: Option<usize>) -> wasmtime::Result<bool> {
        Ok(is_possible(desired, maximum) && self.grow(added(current, desired), 0))
    }

    fn table_growing(&mut self, current: usize, desired: usize, maximum: Option<usize>) -> wasmtime::Result<bool> {
        let elements = added(current, desired);
        Ok(is_possible(desired, maximum) && self.grow(elements.saturating_mul(ELEMENT_BYTES), elements))
    }

    fn instances(&self) -> usize {
        usize::try_from(self.limits.instances).unwrap_or(usize::MAX)
    }

    // memories and tables are bounded by their sum; these bound their bookkeeping
    fn memories(&self) -> usize {
        16
    }

    fn tables(&self) -> usize {
        64
    }
}
