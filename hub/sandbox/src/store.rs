//! What one instance of a guest lives in.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use jiff::Timestamp;
use rand::{SeedableRng, rngs::StdRng};
use tokio::task::yield_now;
use wasmtime::{UpdateDeadline, component::ResourceTable, error::Context as _};
use wasmtime_wasi::{FsPerms, HostWallClock, WasiCtx, WasiCtxView, WasiView};
use wasmtime_wasi_http::{WasiHttpCtx, WasiHttpCtxView, WasiHttpView};

use crate::{
    Engine,
    call::CallState,
    engine::TICK,
    grant::Grant,
    http::{Gate, Outgoing},
    logs::{Channel, GuestStream},
    manifest::FolderAccess,
    memory::MemoryMeter,
};

/// Random bytes of one host call: bounds what the host makes for a guest that asks for 64 MiB of them in a loop.
const RANDOM_BYTES: u64 = 64 * 1024;

/// Component handles per entry of the resource table: a borrow counts twice, and a guest's own resources count too.
const HANDLES_PER_RESOURCE: usize = 4;

/// What a guest finds when it looks at the clock or asks for random numbers: the real thing where nothing is said.
///
/// An adapter on its author's bench finds the same every time, so that its requests are those that were recorded.
#[derive(Debug, Clone, Copy, Default)]
pub struct Conditions {
    /// Where the wall clock stands; the clock that measures time goes on.
    pub now: Option<Timestamp>,
    /// What random numbers follow from.
    pub seed: Option<u64>,
}

/// A wall clock that stands.
struct Stopped(Timestamp);

impl HostWallClock for Stopped {
    fn resolution(&self) -> Duration {
        Duration::from_millis(1)
    }

    fn now(&self) -> Duration {
        Duration::try_from(self.0.as_duration()).unwrap_or_default()
    }
}

/// A store that knows when to stop. How time is measured inside (epochs, ticks) is nobody else's business.
pub(crate) struct Store(wasmtime::Store<GuestState>);

/// What host functions see of a call.
pub(crate) struct GuestState {
    wasi: WasiCtx,
    http: WasiHttpCtx,
    outgoing: Outgoing,
    table: ResourceTable,
    memory: MemoryMeter,
    deadline: Instant,
}

impl Store {
    /// A store for one call. It must be given a deadline before a guest runs in it: until then every guest is late.
    pub(crate) fn new(
        engine: &Engine,
        gate: &Arc<Gate>,
        call: &Arc<CallState>,
        conditions: Conditions,
    ) -> wasmtime::Result<Self> {
        let grant = &gate.grant;
        let limits = &grant.limits;
        let mut table = ResourceTable::new();
        let resources = usize::try_from(limits.resources).unwrap_or(usize::MAX);
        table.set_max_capacity(resources);
        let mut http = WasiHttpCtx::new();
        http.set_field_size_limit(usize::try_from(limits.request_header_bytes).unwrap_or(usize::MAX));

        let state = GuestState {
            wasi: wasi(grant, call, conditions)?,
            http,
            outgoing: Outgoing::new(Arc::clone(gate), Arc::clone(call)),
            table,
            memory: MemoryMeter::new(Arc::clone(limits), Arc::clone(call), Arc::clone(engine.budget())),
            deadline: Instant::now(),
        };
        let mut store = wasmtime::Store::new(engine.inner(), state);
        store.limiter(|state| &mut state.memory);
        store.set_max_component_handles(resources.saturating_mul(HANDLES_PER_RESOURCE));
        if engine.counts_instructions() {
            store.set_fuel(u64::MAX)?;
        }
        store.epoch_deadline_callback(|store| {
            Ok(if Instant::now() < store.data().deadline {
                UpdateDeadline::YieldCustom(1, Box::pin(yield_now()))
            } else {
                UpdateDeadline::Interrupt
            })
        });
        Ok(Self(store))
    }

    /// Stops the guest, wherever it is in its own code, at most a tick after `deadline`.
    pub(crate) fn set_deadline(&mut self, deadline: Instant) {
        self.0.data_mut().deadline = deadline;
        // the next tick may come at once, and most guests are done before the one after it: whoever has time until then
        // is left alone
        let has_time = deadline.saturating_duration_since(Instant::now()) > 2 * TICK;
        self.0.set_epoch_deadline(if has_time { 2 } else { 1 });
    }

    /// The most that the guest can hand over in one step, in bytes.
    pub(crate) fn set_hostcall_fuel(&mut self, bytes: u64) {
        self.0.set_hostcall_fuel(usize::try_from(bytes).unwrap_or(usize::MAX));
    }

    /// Instructions so far, where the engine counts them.
    pub(crate) fn instructions(&self) -> Option<u64> {
        self.0.get_fuel().ok().map(|left| u64::MAX - left)
    }

    /// The most memory that the guest held, in bytes.
    pub(crate) fn peak_memory(&self) -> u64 {
        self.0.data().memory.peak_bytes()
    }

    pub(crate) fn inner(&mut self) -> &mut wasmtime::Store<GuestState> {
        &mut self.0
    }
}

/// Settings as environment variables, clocks, random numbers, lines to the log. No sockets, and no folder that is not
/// granted.
fn wasi(grant: &Grant, call: &Arc<CallState>, conditions: Conditions) -> wasmtime::Result<WasiCtx> {
    let stream = |channel| GuestStream { log: Arc::clone(call), channel };
    let mut wasi = WasiCtx::builder();
    wasi.envs(&grant.environment)
        .stdout(stream(Channel::Out))
        .stderr(stream(Channel::Err))
        .max_random_size(RANDOM_BYTES)
        .allow_tcp(false)
        .allow_udp(false)
        .allow_ip_name_lookup(false);
    if let Some(now) = conditions.now {
        wasi.wall_clock(Stopped(now));
    }
    if let Some(seed) = conditions.seed {
        wasi.secure_random(StdRng::seed_from_u64(seed));
    }
    for folder in &grant.folders {
        let perms = match folder.access {
            FolderAccess::Read => FsPerms::ReadOnly,
            FolderAccess::ReadWrite => FsPerms::ReadWrite,
        };
        wasi.preopened_dir(&folder.host, &folder.guest, perms)
            .with_context(|| format!("the folder {} cannot be opened", folder.guest))?;
    }
    Ok(wasi.build())
}

impl WasiView for GuestState {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}

impl WasiHttpView for GuestState {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        WasiHttpCtxView { hooks: &mut self.outgoing, table: &mut self.table, ctx: &mut self.http }
    }
}
