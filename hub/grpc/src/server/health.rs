//! `grpc.health.v1`: the whole server under the empty name, each provider under its own.

use tonic_health::{
    ServingStatus,
    pb::health_server::HealthServer,
    server::{HealthReporter, HealthService as Watched},
};

use komunala_domain::ProviderId;

/// The service that answers Check and Watch.
pub type HealthService = HealthServer<Watched>;

/// Says how the server and its providers are. Cheap to clone.
///
/// One dead provider never makes the server unhealthy: a load balancer would take all the others away with it.
#[derive(Debug, Clone)]
pub struct Health(HealthReporter);

impl Health {
    /// A handle, and the service that answers what it was told. The server is not ready until it is said to be.
    pub async fn new() -> (Self, HealthService) {
        let reporter = HealthReporter::new();
        reporter.set_service_status("", ServingStatus::NotServing).await;
        let service = HealthServer::new(Watched::from_health_reporter(reporter.clone()));
        (Self(reporter), service)
    }

    /// Says whether the server takes calls.
    pub async fn set_ready(&self, ready: bool) {
        self.0.set_service_status("", status(ready)).await;
    }

    /// Says whether a provider's billing system answers: `providers/{provider}`.
    pub async fn set_provider(&self, provider: &ProviderId, serving: bool) {
        self.0.set_service_status(format!("providers/{provider}"), status(serving)).await;
    }
}

fn status(serving: bool) -> ServingStatus {
    if serving { ServingStatus::Serving } else { ServingStatus::NotServing }
}
