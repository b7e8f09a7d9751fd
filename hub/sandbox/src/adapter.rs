//! One provider's adapter: what the rest of the hub sees of the sandbox.

mod asking;
mod billing_system;
mod file_exchange;
mod operation;
mod telemetry;
mod visit;

use std::{sync::Arc, time::Instant};

use jiff::tz::TimeZone;
use komunala_app::ports::{BillingError, Call};
use komunala_domain::{Currency, ProviderId, Sha256};

use self::{operation::Operation, telemetry::Telemetry, visit::Visit};
use crate::{
    CodeCache, Engine, GrantError, LoadError, Manifest, Network, Policy, Secrets, TlsError, Transport,
    answer::Expected, breaker::Breaker, bulkhead::Bulkhead, component::LoadedComponent, grant::Grant, http::Gate,
    logs::LogRate,
};

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
            gate: Arc::new(Gate { grant: Arc::new(grant), transport }),
        })
    }

    /// Whether every operation's breaker is closed, as far as calls have shown.
    pub fn is_healthy(&self) -> bool {
        self.breakers.iter().all(Breaker::is_closed)
    }

    /// Passes the breaker and the bulkhead, and prepares a store.
    async fn enter(&self, call: Call, operation: Operation) -> Result<Visit<'_>, BillingError> {
        let arrived = Instant::now();
        let entered = match self.breakers[operation as usize].admit(arrived) {
            Ok(()) => Visit::new(self, call, operation, arrived).await,
            Err(open) => Err(BillingError::BreakerOpen { retry_after: open.retry_after }),
        };
        entered.inspect_err(|error| self.telemetry.refused(operation, error))
    }
}

impl std::fmt::Debug for Adapter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Adapter").field("digest", &self.component.digest).finish_non_exhaustive()
    }
}
