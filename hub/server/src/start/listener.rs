//! Opening the API: the listener, its limits, health and readiness.

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use komunala_app::Hub;
use komunala_grpc::{Health, Server, Tls, TlsError};
use tokio::{net::TcpListener, task::JoinSet};
use tokio_util::sync::CancellationToken;

use super::adapters::Adapters;
use crate::{
    Configuration,
    configuration::{TlsFiles, positive},
    settings::Settings,
};

/// How often health is looked at.
const HEALTH_ROUND: Duration = Duration::from_secs(1);

/// Why the API cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum ListenerError {
    /// The address cannot be had.
    #[error("api.listen: {address} cannot be had: {cause}")]
    Bind {
        /// The address.
        address: SocketAddr,
        /// Why not.
        cause: std::io::Error,
    },
    /// A file of the certificate cannot be read.
    #[error("api.tls: {path}: {cause}", path = .path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why not.
        cause: std::io::Error,
    },
    /// The certificate cannot be used.
    #[error("api.tls: {0}")]
    Tls(#[from] TlsError),
    /// An origin of a portal is none.
    #[error("portals.allowed_origins: `{0}` is no origin such as https://portal.example")]
    Origin(String),
}

/// Opens the API and says that it is ready; answers where it listens.
pub(crate) async fn open(
    configuration: &Configuration,
    settings: &Settings,
    hub: Hub,
    adapters: Adapters,
    stop: &CancellationToken,
    tasks: &mut JoinSet<()>,
) -> Result<SocketAddr, ListenerError> {
    let address = configuration.api.listen;
    let tls = configuration.api.tls.as_ref().map(|files| tls(configuration, files)).transpose()?;
    let listener = TcpListener::bind(address).await.map_err(|cause| ListenerError::Bind { address, cause })?;
    let bound = listener.local_addr().map_err(|cause| ListenerError::Bind { address, cause })?;

    let (health, health_service) = Health::new().await;
    let server_settings = server_settings(configuration, settings)?;
    let routes = komunala_grpc::services(&hub, &server_settings).add_service(health_service);
    let server = Server::new(komunala_grpc::reflection(routes), hub, server_settings, tls);
    let stopped = stop.clone();
    tasks.spawn(async move {
        server.serve(listener, stopped.cancelled_owned()).await;
    });
    health.set_ready(true).await;
    tasks.spawn(watch_health(health, adapters, stop.clone()));
    Ok(bound)
}

/// Each provider's health is its adapter's. The hub's own goes down first when it stops, so that nobody new comes.
async fn watch_health(health: Health, adapters: Adapters, stop: CancellationToken) {
    let mut known = std::collections::HashMap::new();
    loop {
        for (provider, adapter) in adapters.iter() {
            let healthy = adapter.is_healthy();
            if known.insert(provider.clone(), healthy) != Some(healthy) {
                health.set_provider(provider, healthy).await;
            }
        }
        tokio::select! {
            () = stop.cancelled() => break,
            () = tokio::time::sleep(HEALTH_ROUND) => {}
        }
    }
    health.set_ready(false).await;
}

fn server_settings(
    configuration: &Configuration,
    settings: &Settings,
) -> Result<komunala_grpc::Settings, ListenerError> {
    let api = &configuration.api;
    let origins = settings.portals.iter().flat_map(|portal| &portal.allowed_origins);
    let web_origins = origins
        .map(|origin| origin.parse().map_err(|_| ListenerError::Origin(origin.clone())))
        .collect::<Result<_, _>>()?;
    Ok(komunala_grpc::Settings {
        calls_under_way: api.in_flight,
        calls_per_second: api.tenant_rate,
        burst: api.tenant_burst,
        default_deadline: positive(api.default_deadline),
        longest_deadline: positive(api.max_deadline),
        drain: positive(api.drain),
        web_origins,
        ..komunala_grpc::Settings::default()
    })
}

fn tls(configuration: &Configuration, files: &TlsFiles) -> Result<Tls, ListenerError> {
    let read = |path: &PathBuf| {
        let path = configuration.path(path);
        std::fs::read(&path).map_err(|cause| ListenerError::File { path, cause })
    };
    Ok(Tls::from_pem(&read(&files.certificate)?, &read(&files.key)?)?)
}
