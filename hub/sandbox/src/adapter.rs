//! One provider's adapter: what the rest of the hub sees of the sandbox.

mod asking;
mod billing_system;
mod file_exchange;
mod metering;
mod operation;
mod record;
mod start;
mod telemetry;
mod tries;
mod visit;

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use jiff::tz::TimeZone;
use komunala_app::ports::{BillingError, Call, Clock, Condition, SystemClock, Turns};
use komunala_domain::{Currency, Maintenance, ProviderId, Sha256};

use self::{operation::Operation, telemetry::Telemetry, tries::Tries, visit::Visit};
use crate::{
    CodeCache, Conditions, Engine, GrantError, LoadError, Manifest, Network, Policy, Secrets, TlsError, Transport,
    answer::Expected, breaker::Breaker, bulkhead::Bulkhead, component::LoadedComponent, grant::Grant, http::Gate,
    logs::LogRate, turn::Line,
};

/// When to come again to an adapter that an operator paused: nobody knows how long that is.
const PAUSE: Duration = Duration::from_secs(60);

/// Whose adapter it is and what it may do.
#[derive(Debug, Clone)]
pub struct AdapterSettings {
    /// The provider, as metrics and traces name it.
    pub provider: ProviderId,
    /// The one currency it bills in.
    pub currency: Currency,
    /// Where its days begin and end.
    pub time_zone: TimeZone,
    /// What the adapter asks for.
    pub manifest: Manifest,
    /// What the operator allows.
    pub policy: Policy,
    /// The secrets that the policy names.
    pub secrets: Secrets,
}

/// Why an adapter cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum AdapterError {
    /// Its component was not loaded.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// Its manifest and its operator do not agree.
    #[error(transparent)]
    Grant(#[from] GrantError),
    /// Its connections cannot be secured as the operator wants.
    #[error(transparent)]
    Tls(#[from] TlsError),
}

/// A provider's billing system behind its adapter.
///
/// Each call runs in a fresh instance; nothing a guest does outlives it.
pub struct Adapter {
    engine: Engine,
    component: LoadedComponent,
    gate: Arc<Gate>,
    expected: Expected,
    bulkhead: Bulkhead,
    breakers: [Breaker; Operation::COUNT],
    log_rate: Arc<LogRate>,
    telemetry: Telemetry,
    is_paused: AtomicBool,
    line: Line,
    maintenance: Maintenance,
    clock: Arc<dyn Clock>,
    conditions: Conditions,
}

impl Adapter {
    /// Loads the component `bytes` if its digest is `pinned`. May compile for seconds: call it where blocking is
    /// allowed. The meter for its metrics is the global one of this moment.
    pub fn load(
        engine: &Engine,
        bytes: &[u8],
        pinned: Sha256,
        cache: Option<&CodeCache>,
        settings: &AdapterSettings,
    ) -> Result<Self, AdapterError> {
        let grant = Grant::new(&settings.manifest, &settings.policy, &settings.secrets)?;
        let authorities = &settings.policy.authorities;
        let network = Network::new(&grant.addresses, &grant.credentials, authorities, &grant.limits)?;
        Self::with(engine, bytes, pinned, cache, settings, grant, Arc::new(network))
    }

    /// The same with something else than the network behind its requests: a bench, or a recorded billing system.
    pub fn load_with_transport(
        engine: &Engine,
        bytes: &[u8],
        pinned: Sha256,
        cache: Option<&CodeCache>,
        settings: &AdapterSettings,
        transport: Arc<dyn Transport>,
    ) -> Result<Self, AdapterError> {
        let grant = Grant::new(&settings.manifest, &settings.policy, &settings.secrets)?;
        Self::with(engine, bytes, pinned, cache, settings, grant, transport)
    }

    fn with(
        engine: &Engine,
        bytes: &[u8],
        pinned: Sha256,
        cache: Option<&CodeCache>,
        settings: &AdapterSettings,
        grant: Grant,
        transport: Arc<dyn Transport>,
    ) -> Result<Self, AdapterError> {
        Ok(Self {
            engine: engine.clone(),
            component: LoadedComponent::load(engine, bytes, pinned, cache)?,
            expected: Expected { currency: settings.currency, zone: settings.time_zone.clone() },
            bulkhead: Bulkhead::new(&grant.limits),
            breakers: std::array::from_fn(|_| Breaker::new(settings.policy.breaker)),
            log_rate: Arc::new(LogRate::new(&grant.limits)),
            telemetry: Telemetry::new(&settings.provider),
            line: Line::new(&settings.provider),
            maintenance: Maintenance::default(),
            clock: Arc::new(SystemClock),
            conditions: Conditions::default(),
            gate: Arc::new(Gate { grant: Arc::new(grant), transport }),
            is_paused: AtomicBool::new(false),
        })
    }

    /// The same, taking turns with the adapters of other hubs where the billing system bears one call at a time. Without
    /// this they are taken within this hub.
    #[must_use]
    pub fn taking_turns(mut self, turns: Arc<dyn Turns>) -> Self {
        self.line = self.line.shared(turns);
        self
    }

    /// The same, leaving the billing system alone while it is being maintained.
    #[must_use]
    pub fn maintained(mut self, maintenance: Maintenance, clock: Arc<dyn Clock>) -> Self {
        (self.maintenance, self.clock) = (maintenance, clock);
        self
    }

    /// The same on a bench: its guests find this clock and these random numbers.
    #[must_use]
    pub fn under(mut self, conditions: Conditions) -> Self {
        self.conditions = conditions;
        self
    }

    /// How it is, as far as calls have shown.
    pub fn condition(&self) -> Condition {
        let operations = Operation::ALL.iter().zip(&self.breakers);
        let resting: Vec<_> =
            operations.filter(|(_, breaker)| !breaker.is_closed()).map(|(operation, _)| operation.name()).collect();
        let (limits, problems) = self.telemetry.record.read();
        let is_healthy = resting.is_empty() && !self.is_paused.load(Ordering::Relaxed);
        Condition { is_healthy, resting, limits, problems }
    }

    /// Passes maintenance, the breaker, the bulkhead and the line, and prepares a store.
    async fn enter(&self, call: Call, operation: Operation, tries: &Tries) -> Result<Visit<'_>, BillingError> {
        let entered = match self.admit(operation, tries) {
            Ok(()) => Visit::new(self, call, operation, tries.began()).await,
            Err(refused) => Err(refused),
        };
        entered.inspect_err(|error| self.telemetry.refused(operation, error))
    }

    fn admit(&self, operation: Operation, tries: &Tries) -> Result<(), BillingError> {
        if self.is_paused.load(Ordering::Relaxed) {
            return Err(BillingError::Unavailable { retry_after: Some(PAUSE) });
        }
        if let Some(left) = self.maintenance.left(self.clock.now(), &self.expected.zone) {
            return Err(BillingError::Unavailable { retry_after: Some(left.unsigned_abs()) });
        }
        // what is tried again was admitted before, as the probe perhaps
        if tries.is_first() {
            let open = self.breakers[operation as usize].admit(Instant::now());
            open.map_err(|open| BillingError::BreakerOpen { retry_after: open.retry_after })?;
        }
        Ok(())
    }
}

impl std::fmt::Debug for Adapter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Adapter").field("digest", &self.component.digest).finish_non_exhaustive()
    }
}
