//! The one wasmtime engine of the hub, and what all guests together may use.

mod machine;
mod ticker;

use std::sync::Arc;

use serde::Deserialize;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use wasmtime::{Config, Enabled, InstanceAllocationStrategy, OptLevel, PoolingAllocationConfig, WasmFeatures};

use crate::memory::MemoryBudget;

pub(crate) use ticker::TICK;

/// What all guests of the hub together may use. Everything left out follows from the machine.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct EngineSettings {
    /// Calls at one time over all adapters. Each reserves address space (about 8 GiB of the 128 TiB there are) and
    /// costs real memory only while it runs. Default: 64 per core, at least 64 and at most 1024; a call mostly waits
    /// for its billing system.
    pub concurrent_calls: Option<u32>,
    /// Memory of all running guests in bytes. Default: half of what the process may use.
    pub guest_memory_bytes: Option<u64>,
}

/// Why there is no engine.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The settings do not fit this machine: usually too little address space (`ulimit -v`).
    #[error("the sandbox cannot start on this machine: {0:#}")]
    Unsupported(wasmtime::Error),
    /// The ticker has no thread.
    #[error("the ticker thread of the sandbox cannot start")]
    Ticker(#[source] std::io::Error),
}

/// Runs guests. Cheap to clone: all clones are one engine.
#[derive(Clone)]
pub struct Engine {
    inner: wasmtime::Engine,
    slots: Arc<Semaphore>,
    budget: Arc<MemoryBudget>,
    counts_instructions: bool,
}

/// Wasm stack of a guest in bytes. Guests are linked with 64 KiB of stack of their own in linear memory; this one holds
/// return addresses and spilled registers, and is what endless recursion uses up. It costs address space only.
const WASM_STACK: usize = 512 * 1024;

/// Memory of a slot that is zeroed by hand between two calls instead of given back to the system, in bytes. Costs up to
/// this much per warm slot; took a fresh call from 17 µs to 10 µs.
const KEEP_RESIDENT: usize = 256 * 1024;

/// The same for tables: the system call is more expensive than zeroing the 100 elements of a Rust guest.
const TABLE_KEEP_RESIDENT: usize = 16 * 1024;

/// Elements per table; costs eight bytes of address space each, 8 MiB per table. Far above every adapter's limit, which
/// is the one that counts and the one that errors name.
const TABLE_ELEMENTS: usize = 1 << 20;

impl Engine {
    /// Starts the engine and its ticker.
    pub fn new(settings: EngineSettings) -> Result<Self, EngineError> {
        Self::with(settings, false)
    }

    /// The same for authors: it counts the instructions of every call, which costs a guest 10 to 20 % of its speed.
    pub(crate) fn counting_instructions(settings: EngineSettings) -> Result<Self, EngineError> {
        Self::with(settings, true)
    }

    fn with(settings: EngineSettings, counts_instructions: bool) -> Result<Self, EngineError> {
        let calls = settings.concurrent_calls.unwrap_or_else(|| (machine::cores() * 64).clamp(64, 1024)).max(1);
        let memory = settings.guest_memory_bytes.unwrap_or_else(|| machine::memory() / 2);

        let inner = wasmtime::Engine::new(&config(calls, counts_instructions)).map_err(EngineError::Unsupported)?;
        ticker::start(inner.weak()).map_err(EngineError::Ticker)?;
        Ok(Self {
            inner,
            slots: Arc::new(Semaphore::new(calls as usize)),
            budget: Arc::new(MemoryBudget::new(memory)),
            counts_instructions,
        })
    }

    /// Whether stores of this engine have fuel to count.
    pub(crate) fn counts_instructions(&self) -> bool {
        self.counts_instructions
    }

    pub(crate) fn inner(&self) -> &wasmtime::Engine {
        &self.inner
    }

    pub(crate) fn budget(&self) -> &Arc<MemoryBudget> {
        &self.budget
    }

    /// Waits for a slot of the pool; the caller bounds the wait.
    pub(crate) async fn slot(&self) -> OwnedSemaphorePermit {
        let slots = Arc::clone(&self.slots);
        slots.acquire_owned().await.expect("the engine never closes its semaphore")
    }

    /// Component instances that live at this moment.
    pub fn live_instances(&self) -> u64 {
        self.inner.pooling_allocator_metrics().map_or(0, |pool| pool.component_instances())
    }

    /// Bytes of linear memory and tables that guests hold at this moment.
    pub fn guest_memory_bytes(&self) -> u64 {
        self.budget.used()
    }
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine").field("live_instances", &self.live_instances()).finish_non_exhaustive()
    }
}

fn config(calls: u32, counts_instructions: bool) -> Config {
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(calls)
        .total_stacks(calls)
        // a Rust component has one memory and four core instances; others have more, hence the head room: each unused
        // memory costs 4 GiB of address space, an unused core instance nothing
        .total_memories(calls.saturating_mul(2))
        .total_tables(calls.saturating_mul(8))
        .total_core_instances(calls.saturating_mul(32))
        .max_memories_per_module(4)
        .max_tables_per_module(8)
        .table_elements(TABLE_ELEMENTS)
        .linear_memory_keep_resident(KEEP_RESIDENT)
        .table_keep_resident(TABLE_KEEP_RESIDENT)
        // resets only the pages that were written, where the kernel can tell (Linux 6.7)
        .pagemap_scan(Enabled::Auto);

    let mut config = Config::new();
    config
        .allocation_strategy(InstanceAllocationStrategy::Pooling(pool))
        // a fresh memory maps the component's data segments instead of copying them
        .memory_init_cow(true)
        .cranelift_opt_level(OptLevel::Speed)
        .max_wasm_stack(WASM_STACK)
        .epoch_interruption(true)
        // counting instructions costs every guest 10 to 20 %, and epochs stop it just as well: for authors only
        .consume_fuel(counts_instructions)
        // the contract has no async, and its data structures cost every store
        .concurrency_support(false)
        .wasm_memory64(false)
        .wasm_features(WasmFeatures::THREADS, false);
    config
}
