//! Opening the API: the listener, its limits, health and readiness.

use std::{collections::HashMap, net::SocketAddr, path::PathBuf, time::Duration};

use komunala_app::Hub;
use komunala_grpc::{Health, HealthService, Server, WebOrigins};
use komunala_listener::{ClientAuthorities, Protocols, Tls, TlsError};
use tokio::{net::TcpListener, task::JoinSet};
use tokio_util::sync::CancellationToken;

use crate::{
    Configuration,
    configuration::{TlsFiles, positive},
};

/// How often health is looked at.
const HEALTH_ROUND: Duration = Duration::from_secs(1);

/// Why a listener cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum ListenerError {
    /// The address cannot be had.
    #[error("{setting}.listen: {address} cannot be had: {cause}")]
    Bind {
        /// The table of the configuration.
        setting: &'static str,
        /// The address.
        address: SocketAddr,
        /// Why not.
        cause: std::io::Error,
    },
    /// A file of the certificate cannot be read.
    #[error("{setting}.tls: {path}: {cause}", path = .path.display())]
    File {
        /// The table of the configuration.
        setting: &'static str,
        /// The file.
        path: PathBuf,
        /// Why not.
        cause: std::io::Error,
    },
    /// The certificate cannot be used.
    #[error("{setting}.tls: {cause}")]
    Tls {
        /// The table of the configuration.
        setting: &'static str,
        /// What is wrong with it.
        cause: TlsError,
    },
}

/// The health that both listeners tell.
pub(super) struct Healths {
    health: Health,
    pub(super) service: HealthService,
}

impl Healths {
    pub(super) async fn new() -> Self {
        let (health, service) = Health::new().await;
        Self { health, service }
    }

    pub(super) async fn set_ready(&self) {
        self.health.set_ready(true).await;
    }
}

/// Opens the API; answers where it listens.
pub(super) async fn open(
    configuration: &Configuration,
    hub: Hub,
    health: &Healths,
    stop: &CancellationToken,
    tasks: &mut JoinSet<()>,
) -> Result<SocketAddr, ListenerError> {
    let api = &configuration.api;
    let (listener, bound) = bind("api", api.listen).await?;
    let tls = tls("api", configuration, api.tls.as_ref(), Protocols::Http2)?;
    let web_origins = WebOrigins::default();
    let settings = komunala_grpc::Settings {
        calls_under_way: api.in_flight,
        calls_per_second: api.tenant_rate,
        burst: api.tenant_burst,
        default_deadline: positive(api.default_deadline),
        longest_deadline: positive(api.max_deadline),
        drain: positive(api.drain),
        web_origins: web_origins.clone(),
        ..komunala_grpc::Settings::default()
    };
    web_origins.set(hub.roster().directory.origins());
    let routes = komunala_grpc::services(&hub, &settings).add_service(health.service.clone());
    let server = Server::new(komunala_grpc::reflection(routes), hub.clone(), settings, tls);
    let stopped = stop.clone();
    tasks.spawn(async move {
        server.serve(listener, stopped.cancelled_owned()).await;
    });
    tasks.spawn(watch(hub, health.health.clone(), web_origins, stop.clone()));
    Ok(bound)
}

/// Each provider's health is its adapter's, and browsers may call from where the portals are; both change while the hub
/// runs. The hub's own health goes down first when it stops, so that nobody new comes.
async fn watch(hub: Hub, health: Health, web_origins: WebOrigins, stop: CancellationToken) {
    let mut known = HashMap::new();
    loop {
        let roster = hub.roster();
        web_origins.set(roster.directory.origins());
        for provider in roster.directory.providers() {
            let id = &provider.id;
            let is_healthy = roster.billing.get(id).is_some_and(|billing| billing.condition().is_healthy);
            if known.insert(id.clone(), is_healthy) != Some(is_healthy) {
                health.set_provider(id, is_healthy).await;
            }
        }
        drop(roster);
        tokio::select! {
            () = stop.cancelled() => break,
            () = tokio::time::sleep(HEALTH_ROUND) => {}
        }
    }
    health.set_ready(false).await;
}

/// Takes an address; answers which one it is where any port would do.
pub(super) async fn bind(
    setting: &'static str,
    address: SocketAddr,
) -> Result<(TcpListener, SocketAddr), ListenerError> {
    let failed = |cause| ListenerError::Bind { setting, address, cause };
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let bound = listener.local_addr().map_err(failed)?;
    Ok((listener, bound))
}

/// The certificate of a listener, where it has one, and whose certificates it asks for.
pub(crate) fn tls(
    setting: &'static str,
    configuration: &Configuration,
    files: Option<&TlsFiles>,
    protocols: Protocols,
) -> Result<Option<Tls>, ListenerError> {
    let Some(files) = files else { return Ok(None) };
    let read = |path: &PathBuf| {
        let path = configuration.path(path);
        std::fs::read(&path).map_err(|cause| ListenerError::File { setting, path, cause })
    };
    let authorities = files.client_ca.as_ref().map(read).transpose()?;
    let clients =
        authorities.as_deref().map(|pem| ClientAuthorities { pem, required: files.require_client_certificate });
    let tls = Tls::from_pem(&read(&files.certificate)?, &read(&files.key)?, clients, protocols);
    tls.map(Some).map_err(|cause| ListenerError::Tls { setting, cause })
}
