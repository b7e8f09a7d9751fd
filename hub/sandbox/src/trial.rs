//! An adapter on its author's bench: any function of the contract by name, with arguments and answers as JSON, and what
//! a call cost.
//!
//! The same sandbox as in a hub: the same grant, limits, checks of the component and way out. What is left out is what
//! stands between many callers and one adapter: breaker, queue, metrics. What is added is a count of instructions, a
//! clock and random numbers that can be the same every time, and the guest's log as it wrote it.

mod description;
mod json;
mod operation;

use std::{
    sync::{Arc, atomic::Ordering},
    time::{Duration, Instant},
};

use komunala_app::ports::Call;
use komunala_domain::{CapabilitySet, Sha256};
use serde_json::Value as Json;
use wasmtime::component::Val;

use crate::{
    AdapterSettings, CodeCache, Conditions, Engine, EngineError, EngineSettings, GrantError, Limits, LoadError,
    Network, Refusal, TlsError, Transport,
    call::{CallState, Death},
    component::LoadedComponent,
    grant::Grant,
    http::Gate,
    logs::LogRate,
    store::Store,
};

pub use description::Description;
pub use json::ArgumentError;
pub use operation::{Operation, Parameter};

/// An adapter, ready to be tried.
pub struct Trial {
    engine: Engine,
    component: LoadedComponent,
    operations: Vec<Operation>,
    gate: Arc<Gate>,
    log_rate: Arc<LogRate>,
    conditions: Conditions,
}

/// Why an adapter cannot be tried.
#[derive(Debug, thiserror::Error)]
pub enum TrialError {
    /// The sandbox does not run on this machine.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// Its component was not loaded.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// What it asks for and what it is given do not agree.
    #[error(transparent)]
    Grant(#[from] GrantError),
    /// Its connections cannot be secured.
    #[error(transparent)]
    Tls(#[from] TlsError),
}

/// How a call ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// What the function returned.
    Value(Json),
    /// An error of the contract: its case, or its case with what it carries.
    Error(Json),
    /// The guest crashed; why, in one line.
    Crashed(String),
    /// The guest went over a limit or did what is not granted, and died of it.
    Refused(Refusal),
    /// Its time was up.
    Late,
}

/// What a call took.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Cost {
    /// From the instance's making to the answer.
    pub time: Duration,
    /// Instructions of WebAssembly, as wasmtime counts them.
    pub instructions: u64,
    /// The most memory that the guest held, tables included, in bytes.
    pub memory: u64,
    /// Requests to the billing system.
    pub requests: u64,
    /// Bytes of bodies, both ways.
    pub transferred: u64,
}

/// A call that was made.
#[derive(Debug, Clone)]
pub struct Tried {
    /// How it ended.
    pub answer: Answer,
    /// The first thing that the guest was denied, whatever it made of it.
    pub denied: Option<Refusal>,
    /// What it wrote to stdout and stderr, line by line.
    pub log: Vec<String>,
    /// What it took.
    pub cost: Cost,
}

impl Trial {
    /// Loads a component. `through` is given the network as the adapter's grant leaves it, and answers with what is to
    /// carry the requests: that network, something around it, or something in its place. May compile for seconds.
    pub fn load(
        bytes: &[u8],
        cache: Option<&CodeCache>,
        settings: &AdapterSettings,
        conditions: Conditions,
        through: impl FnOnce(Network) -> Arc<dyn Transport>,
    ) -> Result<Self, TrialError> {
        // one call at a time is all that an author makes
        let engine =
            Engine::counting_instructions(EngineSettings { concurrent_calls: Some(2), ..EngineSettings::default() })?;
        let grant = Grant::new(&settings.manifest, &settings.policy, &settings.secrets)?;
        let authorities = &settings.policy.authorities;
        let network = Network::new(&grant.addresses, &grant.credentials, authorities, &grant.limits)?;
        let component = LoadedComponent::load(&engine, bytes, digest(bytes), cache)?;
        Ok(Self {
            operations: operation::of(&engine, component.pre.component()),
            log_rate: Arc::new(LogRate::new(&grant.limits)),
            gate: Arc::new(Gate { grant: Arc::new(grant), transport: through(network) }),
            engine,
            component,
            conditions,
        })
    }

    /// What the adapter offers.
    pub fn capabilities(&self) -> CapabilitySet {
        self.component.capabilities
    }

    /// The digest of its component.
    pub fn digest(&self) -> Sha256 {
        self.component.digest
    }

    /// Every function of the contract that it exports.
    pub fn operations(&self) -> &[Operation] {
        &self.operations
    }

    /// What it may use.
    pub fn limits(&self) -> &Limits {
        &self.gate.grant.limits
    }

    /// Calls `operation` (`invoices.get-invoice`) in a fresh instance.
    pub async fn call(&self, call: Call, operation: &str, arguments: &[Json]) -> Result<Tried, ArgumentError> {
        self.call_under(self.conditions, call, operation, arguments).await
    }

    /// The same under other conditions, some days later for instance.
    pub async fn call_under(
        &self,
        conditions: Conditions,
        call: Call,
        operation: &str,
        arguments: &[Json],
    ) -> Result<Tried, ArgumentError> {
        let Some(operation) = self.operations.iter().find(|known| known.name == operation) else {
            return Err(ArgumentError::Operation(operation.to_owned()));
        };
        let arguments = json::arguments(operation, arguments)?;

        let limits = &self.gate.grant.limits;
        let state = Arc::new(CallState::new(Arc::clone(limits), Arc::clone(&self.log_rate), None));
        state.log.keep();
        let began = Instant::now();
        let mut tried = Tried { answer: Answer::Late, denied: None, log: Vec::new(), cost: Cost::default() };
        match Store::new(&self.engine, &self.gate, &state, conditions) {
            Err(error) => tried.answer = Answer::Crashed(format!("{error:#}")),
            Ok(mut store) => {
                let deadline = call.deadline.min(began + Duration::from_millis(limits.call_ms));
                store.set_deadline(deadline);
                store.set_hostcall_fuel(limits.document_bytes.max(limits.hostcall_fuel_bytes));
                let asked = tokio::time::timeout_at(deadline.into(), self.enter(&mut store, operation, &arguments));
                match asked.await {
                    Err(_) => {}
                    Ok(Ok(returned)) => tried.answer = answered(returned),
                    Ok(Err(error)) => tried.answer = died(&error, &state),
                }
                tried.cost.instructions = store.instructions().unwrap_or_default();
                tried.cost.memory = store.peak_memory();
            }
        }
        if let (Some(limit), Answer::Value(_)) = (state.was_cut_short(), &tried.answer) {
            // what it made of half a body is not believed, as in a hub
            tried.answer = Answer::Refused(Refusal::limit(limits, limit));
        }
        tried.cost.time = began.elapsed();
        tried.cost.requests = state.requests.load(Ordering::Relaxed);
        tried.cost.transferred = state.transferred();
        tried.denied = state.refusals.first().cloned();
        tried.log = state.log.take_kept();
        Ok(tried)
    }

    async fn enter(&self, store: &mut Store, operation: &Operation, arguments: &[Val]) -> wasmtime::Result<Val> {
        let store = store.inner();
        let instance = self.component.pre.instantiate_async(&mut *store).await?;
        let function = instance
            .get_export_index(&mut *store, None, &operation.interface)
            .and_then(|interface| instance.get_export_index(&mut *store, Some(&interface), &operation.function))
            .and_then(|index| instance.get_func(&mut *store, index))
            .ok_or_else(|| wasmtime::Error::msg("an export that is listed is not there"))?;
        let mut results = [Val::Bool(false)];
        function.call_async(&mut *store, arguments, &mut results).await?;
        let [returned] = results;
        Ok(returned)
    }
}

impl std::fmt::Debug for Trial {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Trial").field("digest", &self.component.digest).finish_non_exhaustive()
    }
}

/// Every function of the contract answers with a result.
fn answered(returned: Val) -> Answer {
    match returned {
        Val::Result(Ok(value)) => Answer::Value(value.map_or(Json::Null, |value| json::shown(&value))),
        Val::Result(Err(error)) => Answer::Error(error.map_or(Json::Null, |error| json::shown(&error))),
        other => Answer::Value(json::shown(&other)),
    }
}

fn died(error: &wasmtime::Error, state: &CallState) -> Answer {
    match Death::of(error, state) {
        Death::Late => Answer::Late,
        Death::Refused(refusal) => Answer::Refused(refusal),
        Death::Crashed(why) => Answer::Crashed(why),
    }
}

fn digest(bytes: &[u8]) -> Sha256 {
    use sha2::Digest;
    Sha256(sha2::Sha256::digest(bytes).into())
}
