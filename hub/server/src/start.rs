//! Putting a hub together, and taking it apart again.

mod adapters;
mod listener;

use std::{collections::HashMap, net::SocketAddr, path::PathBuf, sync::Arc};

use komunala_app::{
    Directory, Freshness, Hub, Ports,
    credentials::{RootSecret, keys::RootSecretTooShort},
    directory::DirectoryError,
    ports::{Clock, SystemClock},
};
use komunala_rendering::TemplateLetters;
use komunala_store::{ConnectError, Store, StoreSettings};
use secrecy::ExposeSecret;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::{
    Configuration,
    configuration::positive,
    secret::SecretError,
    settings::{Settings, SettingsError},
    workers,
};

pub use adapters::AdaptersError;
pub(crate) use adapters::load as load_adapters;
pub use listener::ListenerError;

/// Why a hub did not start. Every message says which setting, file or address it is about.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The settings files are wrong.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// They contradict one another.
    #[error("the settings files contradict one another: {0}")]
    Directory(#[from] DirectoryError),
    /// A secret is missing.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// The root secret is too short.
    #[error("secrets.root: {0}")]
    Root(#[from] RootSecretTooShort),
    /// The database cannot be used.
    #[error("the store cannot be opened: {0}")]
    Store(#[from] ConnectError),
    /// An adapter cannot be used.
    #[error(transparent)]
    Adapters(#[from] AdaptersError),
    /// The mail settings are wrong.
    #[error("mail: {0}")]
    Mail(#[from] komunala_delivery::smtp::SetupError),
    /// The API cannot be served.
    #[error(transparent)]
    Listener(#[from] ListenerError),
}

/// A hub that is up.
pub struct Running {
    /// Where portals call.
    pub api: SocketAddr,
    stop: CancellationToken,
    tasks: JoinSet<()>,
    store: Store,
}

impl Running {
    /// Stops the hub: no new calls, calls in flight end within the drain time, workers finish what they hold.
    pub async fn stop(mut self) {
        self.stop.cancel();
        while self.tasks.join_next().await.is_some() {}
        self.store.close().await;
    }
}

/// The store's settings in a configuration.
pub(crate) fn store_settings(configuration: &Configuration) -> StoreSettings {
    let documents = configuration.path(&configuration.documents.dir);
    StoreSettings {
        max_connections: configuration.database.max_connections,
        ..StoreSettings::new(configuration.database_url(), documents)
    }
}

/// Starts a hub.
pub async fn start(configuration: Configuration) -> Result<Running, StartError> {
    let settings = Settings::read(&configuration.base, &configuration.settings)?;
    let directory = directory(&settings)?;
    let root = configuration.secrets.root.read(&configuration.base)?;
    let root = RootSecret::new(root.expose_secret().as_bytes().to_vec())?;
    let store = open_store(&configuration).await?;
    let store_port = Arc::new(store.clone());
    let adapters = load_adapters(&configuration, &settings, Some(store_port.clone())).await?;

    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let ports = ports(&store_port, &clock);
    let hub = Hub::new(ports, directory, adapters.billing_systems(), &root, freshness(&configuration))
        .with_feeds(configuration.feed.settings());

    let stop = CancellationToken::new();
    let mut tasks = workers::start(&hub, configuration.retention.retention(), &stop);
    crate::feeds::start(&hub, positive(configuration.feed.every), &stop, &mut tasks);
    tasks.spawn(mail(&configuration, &hub, store_port, clock, stop.clone())?);
    let api = listener::open(&configuration, &settings, hub, adapters, &stop, &mut tasks).await?;
    tracing::info!(%api, "the hub is up");
    Ok(Running { api, stop, tasks, store })
}

/// A hub that serves nobody and asks nobody: for looking at what its store holds.
pub(crate) async fn hub_at_rest(configuration: &Configuration) -> Result<Hub, StartError> {
    let root = configuration.secrets.root.read(&configuration.base)?;
    let root = RootSecret::new(root.expose_secret().as_bytes().to_vec())?;
    let store = Arc::new(Store::connect(&store_settings(configuration)).await?);
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let nobody = Directory::default();
    Ok(Hub::new(ports(&store, &clock), nobody, HashMap::new(), &root, freshness(configuration)))
}

fn ports(store: &Arc<Store>, clock: &Arc<dyn Clock>) -> Ports {
    Ports {
        users: store.clone(),
        verifications: store.clone(),
        sessions: store.clone(),
        attempts: store.clone(),
        accounts: store.clone(),
        copies: store.clone(),
        readings: store.clone(),
        intervals: store.clone(),
        outages: store.clone(),
        requests: store.clone(),
        sweeps: store.clone(),
        documents: store.clone(),
        feeds: store.clone(),
        imports: store.clone(),
        problems: store.clone(),
        letters: Arc::new(TemplateLetters::new()),
        clock: clock.clone(),
    }
}

/// Who is who, as the settings files say.
pub(crate) fn directory(settings: &Settings) -> Result<Directory, StartError> {
    let providers = settings.providers.iter().map(|file| file.provider()).collect::<Result<_, _>>()?;
    let portals = settings.portals.iter().map(|portal| portal.portal()).collect();
    Ok(Directory::new(providers, portals)?)
}

async fn open_store(configuration: &Configuration) -> Result<Store, ConnectError> {
    let settings = store_settings(configuration);
    if configuration.database.migrate {
        Store::migrate(&settings).await?;
    }
    Store::connect(&settings).await
}

fn freshness(configuration: &Configuration) -> Freshness {
    Freshness {
        fresh_for: positive(configuration.copies.fresh_for),
        wait: positive(configuration.copies.wait),
        max_stale: positive(configuration.copies.max_stale),
    }
}

fn mail(
    configuration: &Configuration,
    hub: &Hub,
    outbox: Arc<Store>,
    clock: Arc<dyn Clock>,
    stop: CancellationToken,
) -> Result<impl Future<Output = ()> + 'static, StartError> {
    let key = hub.message_id_key();
    let key: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
    let settings = configuration.mail.settings(&configuration.base, key.into())?;
    let ports = komunala_delivery::Ports {
        outbox,
        compose: Arc::new(hub.clone()),
        clock,
        scope: hub.system_scope(),
        bell: hub.mail_bell(),
    };
    let worker = komunala_delivery::Worker::new(ports, settings)?;
    Ok(async move { worker.run(stop).await })
}

/// Where an adapter's files are.
pub(crate) fn adapter_folder(configuration: &Configuration, name: &str) -> PathBuf {
    configuration.path(&configuration.adapters.dir).join(name)
}
